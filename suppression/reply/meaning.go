package reply

import "fmt"

// A Meaning is what a reply says. The zero Meaning is Unclear.
type Meaning uint8

// The meanings.
const (
	// Unclear: a human should read it.
	Unclear Meaning = iota
	// Stop is a refusal in words that mean nothing else.
	Stop
	// Yes and No answer a question. Whether one was asked is for the caller to
	// know.
	Yes
	No
	Help    // asks what this is
	Contact // asks who writes
	// Start asks to receive messages again. It gives no consent by itself.
	Start
	// LikelyRefusal is a refusal in free words.
	LikelyRefusal
	meanings
)

var meaningNames = [meanings]string{"unclear", "stop", "yes", "no", "help", "contact", "start", "likely-refusal"}

// String returns the name of m, such as "likely-refusal".
func (m Meaning) String() string {
	if m < meanings {
		return meaningNames[m]
	}
	return fmt.Sprintf("meaning-%d", uint8(m))
}

// MarshalText returns the name of m.
func (m Meaning) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what [Meaning.MarshalText] writes.
func (m *Meaning) UnmarshalText(text []byte) error {
	for i, name := range meaningNames {
		if name == string(text) {
			*m = Meaning(i)
			return nil
		}
	}
	return fmt.Errorf("reply: unknown meaning %q", text)
}

// rank orders meanings by how much they protect the person.
func (m Meaning) rank() int {
	switch m {
	case Unclear:
		return 0
	case No:
		return 2
	case LikelyRefusal:
		return 3
	case Stop:
		return 4
	default:
		return 1
	}
}

func (m Meaning) stricter(than Meaning) bool { return m.rank() > than.rank() }

// refuses reports whether m is a no of some sort.
func (m Meaning) refuses() bool { return m.rank() > 1 }
