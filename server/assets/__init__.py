"""Asset models with their fault codes, installed assets, and the devices that report for them."""
