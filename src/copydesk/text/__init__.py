"""What the stages are made of: plain values in and out."""
