"""What there is to key on a sheet, and what may be typed there: from the layout record and the form's definition."""
