package crashtest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// A process is a worker that runs.
type process struct {
	name   string
	cmd    *exec.Cmd
	born   int // how often the server had been killed
	killed bool

	done chan struct{} // closed when it has ended
	said bytes.Buffer  // to be read then, as err
	err  error
}

// start starts a worker. It is also put into ended when it has, which must have
// room for it.
func start(t *testing.T, j job, ended chan<- *process) *process {
	t.Helper()
	text, err := json.Marshal(j)
	require.NoError(t, err)
	p := &process{name: j.Name, cmd: exec.Command(os.Args[0]), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), jobVariable+"="+string(text))
	p.cmd.Stderr = &p.said
	_, err = p.cmd.StdinPipe() // open as long as we live
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
		ended <- p
	}()
	return p
}

// kill ends p with SIGKILL, and reports whether that is what it died of.
func (p *process) kill() bool {
	p.killed = true
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.done
	return p.cmd.ProcessState.ExitCode() == -1 // by a signal
}
