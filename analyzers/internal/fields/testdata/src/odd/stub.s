// A function without a body wants one of these beside it.
