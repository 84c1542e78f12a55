"""Files in and out, kept byte for byte."""
