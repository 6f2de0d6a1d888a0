package contact

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/internal/sheet"
)

// read makes a contact of a record. It returns the addresses that it left out
// too, or else what is wrong with the line.
func (i *lineReader) read(record sheet.Record) (c Contact, unread []LineError, _ *LineError) {
	c = Contact{Base: i.Base, Points: i.room.point(), Origins: i.room.origin(i.Origin)}
	for n := range i.columns {
		m := &i.columns[n]
		cell := sheet.Cell(record.Fields[m.at])
		if cell == "" {
			continue
		}
		err := i.cell(&c, m.Column, cell)
		if err == nil {
			continue
		}
		wrong := LineError{record.Line, m.Name, err}
		if !m.Kind.address() {
			return Contact{}, nil, &wrong
		}
		unread = append(unread, wrong)
	}
	if len(unread) > 0 && len(c.Points) == 0 {
		return Contact{}, nil, &unread[0]
	}
	return c, unread, nil
}

// cell sets what one cell says.
func (i *lineReader) cell(c *Contact, column Column, cell string) (err error) {
	switch column.Kind {
	case IDColumn:
		c.ID = ID(strings.Clone(cell))
	case PhoneColumn:
		a, err := i.ParsePhone(cell)
		return addPoint(c, a, withoutCell(err, cell))
	case EmailColumn:
		a, err := ParseEmail(cell)
		return addPoint(c, a, err)
	case LanguageColumn:
		c.Language, err = readLanguage(cell)
	case TerritoryColumn:
		c.Territory, err = readTerritory(cell)
	case ZoneColumn:
		c.Zone, err = i.zone(cell)
	case SubjectColumn:
		c.Subject = strings.Clone(cell)
	case CollectedColumn:
		t, err := column.date(cell, i.Zone)
		c.Origins[0].Collected = t.UTC().Truncate(time.Microsecond)
		return err
	case HostColumn:
	default:
		v, err := column.value(cell)
		if err != nil {
			return err
		}
		if c.Attributes == nil {
			c.Attributes = make([]Attribute, 0, len(i.columns))
		}
		c.Attributes = append(c.Attributes, Attribute{column.attribute(), v})
	}
	return err
}

func (i *lineReader) zone(cell string) (string, error) {
	if zone, ok := i.zones[cell]; ok {
		return zone, nil
	}
	zone, err := readZone(cell)
	if err == nil {
		i.zones[zone] = zone
	}
	return zone, err
}

func addPoint(c *Contact, a Address, err error) error {
	if err != nil {
		return err
	}
	if a.IsZero() {
		return errors.New("no address")
	}
	if !slices.ContainsFunc(c.Points, func(p Point) bool { return p.Address == a }) {
		c.Points = append(c.Points, Point{Address: a})
	}
	return nil
}

// withoutCell returns err, which a function of the host made, or another one
// where err repeats the cell or its digits.
func withoutCell(err error, cell string) error {
	if err == nil {
		return nil
	}
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	text, number := err.Error(), strings.TrimLeft(digits(cell), "0")
	if strings.Contains(text, cell) || len(number) >= 4 && strings.Contains(digits(text), number) {
		return ErrAddress
	}
	return err
}
