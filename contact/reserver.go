package contact

// A Reserver is a [Store] that wants to know what is about to be put, so as to
// make room for it at once and not bit by bit: an import that has counted the
// lines of its file tells it.
type Reserver interface {
	// Reserve says that up to n contacts are about to be put into base. It keeps
	// nothing and promises nothing, and may do nothing.
	Reserve(base BaseID, n int)
}
