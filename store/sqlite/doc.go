// Package sqlite keeps everything of the library in one SQLite file: a [DB] is
// every store of it. It is for one machine, which may run several processes on
// the file, and needs neither a server nor C.
package sqlite
