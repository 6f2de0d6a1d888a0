package contact

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accordsdk/accord/internal/sheet"
	"golang.org/x/text/language"
)

// A ColumnKind is what a column of a file holds.
type ColumnKind uint8

// The kinds of column. Several columns may hold phone numbers, e-mail addresses
// and attributes; of the others there is one of each at most.
const (
	NoColumn ColumnKind = iota
	// IDColumn: the ID of the contact in its base.
	IDColumn
	// PhoneColumn and EmailColumn: an address.
	PhoneColumn
	EmailColumn
	// LanguageColumn: a BCP 47 tag.
	LanguageColumn
	// TerritoryColumn: an ISO 3166-1 alpha-2 code.
	TerritoryColumn
	// ZoneColumn: an IANA name.
	ZoneColumn
	// SubjectColumn: the host's name for the person across bases.
	SubjectColumn
	// CollectedColumn: when the data was collected.
	CollectedColumn
	// TextColumn to BoolColumn: an attribute of that type. A number is whole; a
	// boolean is true, yes, oui, vrai or 1, or else false, no, non, faux or 0,
	// in any letter case.
	TextColumn
	NumberColumn
	DateColumn
	BoolColumn
	// HostColumn: read by [ImportOptions.Row] alone. It must be there.
	HostColumn
	columnKinds // one more than the last
)

var columnNames = [columnKinds]string{
	"none", "id", "phone", "email", "language", "territory", "zone", "subject", "collected",
	"text", "number", "date", "bool", "host",
}

// String returns the name of k, such as "phone".
func (k ColumnKind) String() string {
	if k < columnKinds {
		return columnNames[k]
	}
	return fmt.Sprintf("column-%d", uint8(k))
}

// MarshalText returns the name of k.
func (k ColumnKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what [ColumnKind.MarshalText] writes.
func (k *ColumnKind) UnmarshalText(text []byte) error {
	i := slices.Index(columnNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("contact: unknown kind of column %q", text)
	}
	*k = ColumnKind(i)
	return nil
}

func (k ColumnKind) attribute() bool { return k >= TextColumn && k <= BoolColumn }

func (k ColumnKind) address() bool { return k == PhoneColumn || k == EmailColumn }

// repeats reports whether a file may have several columns of kind k.
func (k ColumnKind) repeats() bool { return k.address() || k.attribute() || k == HostColumn }

// A Column says what a column of a file holds.
type Column struct {
	// Name is that in the header, without the spaces around it. Where no column
	// has it, letter case, accents and punctuation make no difference.
	Name string     `json:"name"`
	Kind ColumnKind `json:"kind"`
	// Attribute names the attribute. Empty means Name.
	Attribute string `json:"attribute,omitempty"`
	// Layout is how dates are written, as for time.Parse. Empty means as France
	// writes them, or ISO 8601: 24/03/2024, 24-03-2024 18:05, 24.03.2024 à 18h05,
	// 2024-03-24, 2024-03-24T18:05:00+01:00. The day stands before the month: for
	// a file from the United States, Layout has to be set.
	Layout string `json:"layout,omitempty"`
}

// mapped is a column with its place in the file.
type mapped struct {
	Column
	at int
}

// checkColumns returns an error that names the first column that makes no
// sense, or that is missing. A contact may be named otherwise than by a column.
func checkColumns(columns []Column, named bool) error {
	var kinds [columnKinds]bool
	attributes := map[string]bool{}
	for i, c := range columns {
		switch {
		case c.Name == "" || c.Name != strings.TrimSpace(c.Name):
			return fmt.Errorf("contact: import: Columns[%d]: Name is empty or has spaces around it", i)
		case c.Kind == NoColumn || c.Kind >= columnKinds:
			return fmt.Errorf("contact: import: Columns[%d]: Kind is none", i)
		case kinds[c.Kind] && !c.Kind.repeats():
			return fmt.Errorf("contact: import: Columns[%d]: a second column is the %s", i, c.Kind)
		case c.Attribute != "" && !c.Kind.attribute():
			return fmt.Errorf("contact: import: Columns[%d]: Attribute is set, and the column is the %s", i, c.Kind)
		case c.Layout != "" && c.Kind != DateColumn && c.Kind != CollectedColumn:
			return fmt.Errorf("contact: import: Columns[%d]: Layout is set, and the column is no date", i)
		}
		kinds[c.Kind] = true
		if c.Kind.attribute() {
			if attributes[c.attribute()] {
				return fmt.Errorf("contact: import: Columns[%d]: a second column is the attribute %q", i, c.attribute())
			}
			attributes[c.attribute()] = true
		}
	}
	if !kinds[PhoneColumn] && !kinds[EmailColumn] {
		return errors.New("contact: import: Columns: none is a phone number or an e-mail address")
	}
	if !named && !kinds[IDColumn] {
		return errors.New("contact: import: Columns: none is the ID, and IDFrom is nil")
	}
	return nil
}

func (c Column) attribute() string {
	if c.Attribute != "" {
		return c.Attribute
	}
	return c.Name
}

// mapColumns finds columns in the header. It returns them with the attributes
// in the order of their names, and the names that nobody asked for.
func mapColumns(columns []Column, header []string) (found []mapped, ignored []string, err error) {
	for _, c := range columns {
		at, err := sheet.Find(header, c.Name)
		if errors.Is(err, sheet.ErrNoColumn) {
			return nil, nil, fmt.Errorf("contact: import: column %q is mapped and not in the header", c.Name)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("contact: import: column %q: %w", c.Name, err)
		}
		if slices.ContainsFunc(found, func(m mapped) bool { return m.at == at }) {
			return nil, nil, fmt.Errorf("contact: import: column %q is mapped twice", c.Name)
		}
		found = append(found, mapped{c, at})
	}
	for at, name := range header {
		if !slices.ContainsFunc(found, func(m mapped) bool { return m.at == at }) {
			ignored = append(ignored, name)
		}
	}
	slices.SortStableFunc(found, func(a, b mapped) int {
		if a.Kind.attribute() && b.Kind.attribute() {
			return strings.Compare(a.attribute(), b.attribute())
		}
		return int(min(a.Kind, TextColumn)) - int(min(b.Kind, TextColumn))
	})
	return found, ignored, nil
}

// value reads the cell of an attribute.
func (c Column) value(cell string) (Value, error) {
	switch c.Kind {
	case NumberColumn:
		n, err := strconv.ParseInt(cell, 10, 64)
		if err != nil {
			return Value{}, errors.New("not a whole number")
		}
		return Number(n), nil
	case DateColumn:
		t, err := c.date(cell, time.UTC)
		if err != nil {
			return Value{}, err
		}
		return Date(t.Date()), nil
	case BoolColumn:
		switch strings.ToLower(cell) {
		case "true", "yes", "oui", "vrai", "1":
			return Bool(true), nil
		case "false", "no", "non", "faux", "0":
			return Bool(false), nil
		}
		return Value{}, errors.New("neither true nor false")
	default:
		return Text(strings.Clone(cell)), nil
	}
}

// date reads a day or an instant. The errors of package time quote what they
// read.
func (c Column) date(cell string, zone *time.Location) (time.Time, error) {
	if c.Layout == "" {
		return sheet.Date(cell, zone)
	}
	t, err := time.ParseInLocation(c.Layout, cell, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("not a date written %s", c.Layout)
	}
	return t, nil
}

func readLanguage(cell string) (string, error) {
	tag, err := language.Parse(cell)
	if err != nil {
		return "", errors.New("not a BCP 47 language tag")
	}
	return tag.String(), nil
}

func readTerritory(cell string) (Territory, error) {
	region, err := language.ParseRegion(cell)
	if err != nil || len(cell) != 2 || !region.Canonicalize().IsCountry() {
		return "", errors.New("not an ISO 3166-1 alpha-2 code")
	}
	return Territory(region.Canonicalize().String()), nil
}

func readZone(cell string) (string, error) {
	if _, err := time.LoadLocation(cell); err != nil || strings.EqualFold(cell, "local") {
		return "", errors.New("not an IANA zone")
	}
	return strings.Clone(cell), nil
}
