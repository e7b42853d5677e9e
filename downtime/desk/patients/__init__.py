"""Patients: whose sheet it is, and which downtime number and record number are one person; always said by a person."""
