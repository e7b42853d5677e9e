"""The census at one moment: readers of CSV, FHIR R4 and HL7 v2, all giving the same Snapshot."""
