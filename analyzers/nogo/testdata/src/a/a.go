package a

// want +1 "silences nothing: delete it"
//nolint:suppression
var _ = 0
