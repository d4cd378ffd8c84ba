"""One article, one step per file: functions from records to records."""
