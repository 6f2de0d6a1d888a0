// Package postgres keeps everything of the library in one schema of a
// PostgreSQL database: a [DB] is every store of it, for any number of processes
// on any number of machines.
package postgres
