"""What an evidence pack is made of, as the database has it."""
