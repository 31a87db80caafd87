"""The life of records: when they began and were last touched, which values they had since when, and how they went through their stages."""
