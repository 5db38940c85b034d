"""What a processor keeps on record: requests of data subjects, sub-processors, processing and measures (VWO 7, 8)."""
