package fields

// Visits returns how often a block or an event was looked at.
func (p *Package) Visits() int { return p.visits }
