package contact

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// An OriginKind says what sort of place data came from.
type OriginKind string

// The kinds that rule packs know. Those from PublicFile on are files that may
// not be used to canvass voters (CNIL, FR-POL-14 in the reference, V1/V2).
const (
	OwnForm         OriginKind = "own-form"
	ElectoralRoll   OriginKind = "electoral-roll"
	RentedFile      OriginKind = "rented"
	PurchasedFile   OriginKind = "purchased"
	Referral        OriginKind = "referral"
	PublicDirectory OriginKind = "public-directory"
	PublicFile      OriginKind = "public-sector-file"
	StaffFile       OriginKind = "staff-file"
	PetitionFile    OriginKind = "petition"
	PatientFile     OriginKind = "professional-file"
)

// A NoticeID is the SHA-256 of the words of a [Notice]. The zero NoticeID names
// none.
type NoticeID [32]byte

// IsZero reports whether id names no notice.
func (id NoticeID) IsZero() bool { return id == NoticeID{} }

// String returns the first 12 hexadecimal digits of id, or "none".
func (id NoticeID) String() string {
	if id.IsZero() {
		return "none"
	}
	return hex.EncodeToString(id[:6])
}

// MarshalText returns the 64 hexadecimal digits of id.
func (id NoticeID) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(id[:])), nil }

// UnmarshalText reads what [NoticeID.MarshalText] writes.
func (id *NoticeID) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != len(id) {
		return fmt.Errorf("contact: notice ID: want 64 hexadecimal digits")
	}
	copy(id[:], b)
	return nil
}

// A Notice is what a person was shown when they were asked: the words next to
// the box, and the list of partners of that day. It is stored once, by content.
type Notice struct {
	Language string `json:"language"` // BCP 47
	Text     string `json:"text"`
	URL      string `json:"url,omitempty"`
	// Partners are the recipients that the notice named or linked to, in the
	// version shown. Empty when it named none.
	Partners        []string `json:"partners,omitempty"`
	PartnersVersion string   `json:"partners_version,omitempty"`
}

// ID returns the SHA-256 of the content of n, each field prefixed with its
// length so that no two notices share one.
func (n Notice) ID() NoticeID {
	return NoticeID(digest(append([]string{"accord notice 1", n.Language, n.Text, n.URL, n.PartnersVersion}, n.Partners...)))
}

// An OriginID is the SHA-256 of an [Origin].
type OriginID [32]byte

// String returns the first 12 hexadecimal digits of id.
func (id OriginID) String() string { return hex.EncodeToString(id[:6]) }

// MarshalText returns the 64 hexadecimal digits of id.
func (id OriginID) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(id[:])), nil }

// UnmarshalText reads what [OriginID.MarshalText] writes.
func (id *OriginID) UnmarshalText(text []byte) error {
	return (*NoticeID)(id).UnmarshalText(text)
}

// An Origin says where data came from: by whom and with which form it was
// collected, what the person was told then, and through whose hands it came.
// Many contacts share one; what differs for each, the date, is in [Provenance].
type Origin struct {
	Kind      OriginKind `json:"kind"`
	Collector string     `json:"collector"`          // who put the question: a shop, a competition
	Supplier  string     `json:"supplier,omitempty"` // who handed the data over last, as a recipient should read it
	Contract  string     `json:"contract,omitempty"`
	Form      string     `json:"form,omitempty"` // identifier and version of the form
	Notice    NoticeID   `json:"notice,omitzero"`
	// Purposes are those that the form disclosed, and Recipients the parties
	// that it named.
	Purposes   []Purpose `json:"purposes,omitempty"`
	Recipients []string  `json:"recipients,omitempty"`
	Hops       []Hop     `json:"hops,omitempty"` // oldest first
}

// A Hop is one transfer of data from a party to the next.
type Hop struct {
	From     string    `json:"from"`
	To       string    `json:"to"`
	Contract string    `json:"contract,omitempty"`
	At       time.Time `json:"at,omitzero"`
}

// ID returns the SHA-256 of the content of o.
func (o *Origin) ID() OriginID {
	parts := []string{"accord origin 1", string(o.Kind), o.Collector, o.Supplier, o.Contract, o.Form, string(o.Notice[:])}
	parts = append(parts, fmt.Sprint(len(o.Purposes)))
	for _, p := range o.Purposes {
		parts = append(parts, string(p))
	}
	parts = append(parts, fmt.Sprint(len(o.Recipients)))
	parts = append(parts, o.Recipients...)
	for _, h := range o.Hops {
		parts = append(parts, h.From, h.To, h.Contract, h.At.UTC().Format(time.RFC3339Nano))
	}
	return digest(parts)
}

// Named returns the name by which a message should say where the data came
// from: the supplier, or the collector when nobody came between.
func (o *Origin) Named() string {
	if o.Supplier != "" {
		return o.Supplier
	}
	return o.Collector
}

// Path returns the way the data came, oldest first, such as
// "competition.example → Fichiers SARL → Campagnes SAS".
func (o *Origin) Path() string {
	steps := []string{o.Collector}
	for _, h := range o.Hops {
		if h.From != steps[len(steps)-1] {
			steps = append(steps, h.From)
		}
		steps = append(steps, h.To)
	}
	if o.Supplier != "" && !slices.Contains(steps, o.Supplier) {
		steps = append(steps, o.Supplier)
	}
	return strings.Join(steps, " → ")
}

// Validate returns an error that names the first field that is missing.
func (o *Origin) Validate() error {
	switch {
	case o == nil:
		return fmt.Errorf("contact: origin: none")
	case o.Kind == "":
		return fmt.Errorf("contact: origin: Kind is empty")
	case o.Collector == "":
		return fmt.Errorf("contact: origin: Collector is empty")
	}
	return nil
}

// A Provenance is where the data of one contact came from and when.
type Provenance struct {
	Origin    *Origin   `json:"origin"` // shared; never changed
	Collected time.Time `json:"collected,omitzero"`
	// Fields names what came from there, where fields of one contact differ in
	// origin: FieldLanguage and its like, or the name of an attribute. Empty
	// means everything.
	Fields []string `json:"fields,omitempty"`
}

// The names that [Provenance.Fields] has for what is not an attribute.
const (
	FieldPoints    = "points"
	FieldLanguage  = "language"
	FieldTerritory = "territory"
	FieldZone      = "zone"
	FieldSubject   = "subject"
)

func digest(parts []string) [32]byte {
	h := sha256.New()
	var size [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.Write(size[:])
		h.Write([]byte(p))
	}
	return [32]byte(h.Sum(nil))
}
