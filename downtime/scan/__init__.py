"""Reading the paper back: images become identified, straightened, read and collated sheets."""
