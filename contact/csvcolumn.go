package contact

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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

func (k ColumnKind) attribute() bool { return k >= TextColumn && k <= BoolColumn }

func (k ColumnKind) address() bool { return k == PhoneColumn || k == EmailColumn }

// repeats reports whether a file may have several columns of kind k.
func (k ColumnKind) repeats() bool { return k.address() || k.attribute() || k == HostColumn }

// A Column says what a column of a file holds.
type Column struct {
	Name string // in the header, without the spaces around it
	Kind ColumnKind
	// Attribute names the attribute. Empty means Name.
	Attribute string
	// Layout is how dates are written, as for time.Parse. Empty means
	// 2006-01-02, and for a CollectedColumn RFC 3339 as well.
	Layout string
}

// mapped is a column with its place in the file.
type mapped struct {
	Column
	at int
}

// checkColumns returns an error that names the first column that makes no
// sense.
func checkColumns(columns []Column) error {
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
		at := slices.Index(header, c.Name)
		if at < 0 {
			return nil, nil, fmt.Errorf("contact: import: column %q is mapped and not in the header", c.Name)
		}
		found = append(found, mapped{c, at})
	}
	for _, name := range header {
		if !slices.ContainsFunc(columns, func(c Column) bool { return c.Name == name }) {
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
	layout := c.Layout
	if layout == "" {
		layout = time.DateOnly
	}
	if t, err := time.ParseInLocation(layout, cell, zone); err == nil {
		return t, nil
	}
	if c.Kind == CollectedColumn && c.Layout == "" {
		if t, err := time.Parse(time.RFC3339, cell); err == nil {
			return t, nil
		}
		return time.Time{}, fmt.Errorf("not a date written %s, nor an instant as in RFC 3339", layout)
	}
	return time.Time{}, fmt.Errorf("not a date written %s", layout)
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
