"""The end of a contract: a contractant's data handed over, taken in elsewhere, and erased (art. 10.9, VWO 4.3, 10.1)."""
