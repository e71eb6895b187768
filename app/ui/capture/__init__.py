"""The stage *Capture*: pictures of each class, from a camera or what stands in for one."""
