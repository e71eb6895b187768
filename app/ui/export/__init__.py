"""The stage *Export*: records, tables and label maps of a data set, and a look into them."""
