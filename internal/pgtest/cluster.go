// Package pgtest runs private PostgreSQL clusters from the programs that are
// installed on the machine, for tests and examples: in a temporary folder, by a
// socket in it and by no port, and with all that makes commits durable.
package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// Package is what has to be installed where the programs are missing.
const Package = "postgresql"

// ErrMissing says that the machine has no PostgreSQL.
var ErrMissing = errors.New("there is no PostgreSQL here: install the package " + Package)

// A Cluster is a running server with its data.
type Cluster struct {
	dir  string
	bins string
	as   *syscall.Credential // nil to run as ourselves

	databases atomic.Int64
}

// Launch makes a cluster in dir, which must be empty, and starts it. The settings
// are lines of postgresql.conf.
func Launch(dir string, settings ...string) (*Cluster, error) {
	bins, err := programs()
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, bins: bins}
	// PostgreSQL refuses to run as root: it becomes nobody then.
	if os.Geteuid() == 0 {
		const nobody = 65534
		c.as = &syscall.Credential{Uid: nobody, Gid: nobody}
		if err := os.Chown(dir, nobody, nobody); err != nil {
			return nil, fmt.Errorf("pgtest: %w", err)
		}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	// A locale of the system with rules of its own: texts must not depend on it.
	if err := c.run("initdb", "--pgdata", c.data(), "--username", "accord", "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"); err != nil {
		return nil, err
	}
	lines := append([]string{
		"listen_addresses = ''", "unix_socket_directories = '" + dir + "'", "max_connections = 200",
		"shared_buffers = 128MB", "logging_collector = off", "timezone = 'Asia/Kathmandu'",
	}, settings...)
	f, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	_, err = f.WriteString(strings.Join(lines, "\n") + "\n")
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	return c, c.Restart()
}

// programs returns the folder of the newest server that is installed.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), "pg_ctl")); err == nil {
				return filepath.Dir(path), nil
			}
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", ErrMissing
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 goes first
		return n
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *Cluster) run(program string, args ...string) error {
	cmd := exec.Command(filepath.Join(c.bins, program), args...)
	cmd.Dir = c.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("pgtest: %s: %w: %s", program, err, out.Bytes())
	}
	return nil
}

// URL is that of a database of the cluster, which is "postgres" from the start.
func (c *Cluster) URL(database string) string {
	return "postgres://accord@/" + url.PathEscape(database) + "?host=" + url.QueryEscape(c.dir)
}

// Restart starts a cluster that was stopped or killed, and waits until it takes
// connections.
func (c *Cluster) Restart() error {
	return c.run("pg_ctl", "start", "--pgdata", c.data(), "--log", filepath.Join(c.dir, "log"), "--wait", "--silent")
}

// Kill stops a cluster as a loss of power would: nothing is written any more.
func (c *Cluster) Kill() error {
	return c.run("pg_ctl", "stop", "--pgdata", c.data(), "--mode", "immediate", "--wait", "--silent")
}

// Stop ends a cluster. Connections to it are cut.
func (c *Cluster) Stop() error {
	return c.run("pg_ctl", "stop", "--pgdata", c.data(), "--mode", "fast", "--wait", "--silent")
}

// Run runs a program of PostgreSQL, such as pg_dump, against a database.
func (c *Cluster) Run(program, database string, args ...string) error {
	return c.run(program, append([]string{"--dbname", c.URL(database)}, args...)...)
}

// Standby makes a standby of c in dir, which must be empty, and starts it.
func (c *Cluster) Standby(dir string) (*Cluster, error) {
	s := &Cluster{dir: dir, bins: c.bins, as: c.as}
	if c.as != nil {
		if err := os.Chown(dir, int(c.as.Uid), int(c.as.Gid)); err != nil {
			return nil, fmt.Errorf("pgtest: %w", err)
		}
	}
	if err := c.run("pg_basebackup", "--dbname", c.URL("postgres"), "--pgdata", s.data(), "--checkpoint", "fast", "--write-recovery-conf", "--no-sync"); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(s.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	_, err = f.WriteString("unix_socket_directories = '" + dir + "'\n")
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	return s, s.Restart()
}

// Promote lets a standby take over.
func (c *Cluster) Promote() error {
	return c.run("pg_ctl", "promote", "--pgdata", c.data(), "--wait", "--silent")
}
