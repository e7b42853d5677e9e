"""From a site folder and the library to PDF: plan, compose, layout, render, finish."""
