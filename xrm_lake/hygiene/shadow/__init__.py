"""Shadow CRM: what shows that the real work is done elsewhere, in spreadsheets and mailboxes, and only copied in here."""
