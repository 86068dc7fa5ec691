-- What a pair is a candidate for, where data.rankBy names a column: rankings are compared query by query. NULL: not told.
ALTER TABLE predictions ADD COLUMN query TEXT;
