"""What Prometheus sees: sums over all practices, taken now and then."""
