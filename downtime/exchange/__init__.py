"""From sheet records to what record systems take in: messages, index files, wedge codes, and their senders.

Pure: it keeps no state. Who may be sent what, and what became of it, is the outbox's to know.
"""
