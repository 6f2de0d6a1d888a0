package contact

import (
	"maps"
	"strconv"
)

// A Territory is an ISO 3166-1 alpha-2 code. French overseas territories are
// each their own: their calling codes, clocks, holidays and voting days differ.
// The empty Territory is unknown.
type Territory string

// plans maps calling codes to the territory that has them alone, and to the
// zones its clocks may show. Codes shared by several countries (+1, +7, +44 for
// the Channel Islands) are left out where the shortest prefix cannot tell, so
// that their numbers have no territory unless the contact declares one.
//
// Sources: ITU-T E.164 assigned country codes for the codes; IANA tz database,
// zone.tab, for the zones. French overseas mobile prefixes: FR-NUM-8 in the
// reference, from memory, unverified against Arcep's decision.
var plans = []struct {
	prefix    string
	territory Territory
	zones     []string
}{
	{"33", "FR", []string{"Europe/Paris"}},
	{"262692", "RE", nil}, {"262693", "RE", nil}, {"262262", "RE", []string{"Indian/Reunion"}},
	{"262639", "YT", nil}, {"262269", "YT", []string{"Indian/Mayotte"}},
	// 690 and 691 serve Saint-Martin and Saint-Barthélemy too; clocks and
	// voting days are the same in all three.
	{"590", "GP", []string{"America/Guadeloupe"}},
	{"594", "GF", []string{"America/Cayenne"}},
	{"596", "MQ", []string{"America/Martinique"}},
	{"508", "PM", []string{"America/Miquelon"}},
	{"687", "NC", []string{"Pacific/Noumea"}},
	{"689", "PF", []string{"Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier"}},
	{"681", "WF", []string{"Pacific/Wallis"}},
	{"32", "BE", []string{"Europe/Brussels"}},
	{"352", "LU", []string{"Europe/Luxembourg"}},
	{"41", "CH", []string{"Europe/Zurich"}},
	{"377", "MC", []string{"Europe/Monaco"}},
	{"376", "AD", []string{"Europe/Andorra"}},
	{"49", "DE", []string{"Europe/Berlin"}},
	{"43", "AT", []string{"Europe/Vienna"}},
	{"31", "NL", []string{"Europe/Amsterdam"}},
	{"34", "ES", []string{"Europe/Madrid", "Atlantic/Canary"}},
	{"351", "PT", []string{"Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"}},
	{"39", "IT", []string{"Europe/Rome"}},
	{"353", "IE", []string{"Europe/Dublin"}},
	{"447", "GB", nil}, {"44", "GB", []string{"Europe/London"}},
	{"45", "DK", []string{"Europe/Copenhagen"}},
	{"46", "SE", []string{"Europe/Stockholm"}},
	{"47", "NO", []string{"Europe/Oslo"}},
	{"358", "FI", []string{"Europe/Helsinki"}},
	{"48", "PL", []string{"Europe/Warsaw"}},
	{"420", "CZ", []string{"Europe/Prague"}},
	{"421", "SK", []string{"Europe/Bratislava"}},
	{"36", "HU", []string{"Europe/Budapest"}},
	{"40", "RO", []string{"Europe/Bucharest"}},
	{"359", "BG", []string{"Europe/Sofia"}},
	{"30", "GR", []string{"Europe/Athens"}},
	{"385", "HR", []string{"Europe/Zagreb"}},
	{"386", "SI", []string{"Europe/Ljubljana"}},
	{"370", "LT", []string{"Europe/Vilnius"}},
	{"371", "LV", []string{"Europe/Riga"}},
	{"372", "EE", []string{"Europe/Tallinn"}},
	{"356", "MT", []string{"Europe/Malta"}},
	{"357", "CY", []string{"Asia/Nicosia", "Asia/Famagusta"}},
}

// sharedCodes are calling codes that plans leaves out, for masks only.
var sharedCodes = []string{"1", "7", "262"}

// Two tables answer for every number by one look-up, since this is asked once
// for each contact of a preview.
var (
	territoryByPrefix = map[uint32]Territory{}
	zonesByTerritory  = map[Territory][]string{}
	codeByPrefix      = func() map[uint32]string {
		codes := map[uint32]string{}
		for _, p := range plans {
			n, _ := strconv.ParseUint(p.prefix, 10, 32)
			territoryByPrefix[uint32(n)] = p.territory
			codes[uint32(n)] = p.prefix[:min(3, len(p.prefix))]
			if p.zones != nil {
				zonesByTerritory[p.territory] = p.zones
			}
		}
		codes[447] = "44"
		for _, c := range sharedCodes {
			n, _ := strconv.ParseUint(c, 10, 32)
			codes[uint32(n)] = c
		}
		maps.Copy(zonesByTerritory, manyZones)
		zonesByTerritory["MF"] = zonesByTerritory["GP"]
		zonesByTerritory["BL"] = zonesByTerritory["GP"]
		return codes
	}()
)

// settled holds, by the first three digits of a number, the territory where
// those settle it, and whether they do.
var settled = func() (table [1000]struct {
	territory Territory
	yes       bool
}) {
	longer := map[uint32]bool{}
	for prefix := range codeByPrefix { // which fills the other
		for prefix > 999 {
			prefix /= 10
			longer[prefix] = true
		}
	}
	for n := uint32(100); n < 1000; n++ {
		if !longer[n] {
			table[n].territory, table[n].yes = byPrefix(n), true
		}
	}
	return table
}()

// Territory returns the territory that the number of a belongs to, or "" for an
// e-mail address and for numbers whose calling code several countries share.
func (a Address) Territory() Territory {
	n := leading(a.digits())
	if n < 100_000 {
		return byPrefix(n)
	}
	if s := &settled[n/1000]; s.yes {
		return s.territory
	}
	return byPrefix(n)
}

func byPrefix(n uint32) Territory {
	for ; n > 0; n /= 10 {
		if t, ok := territoryByPrefix[n]; ok {
			return t
		}
	}
	return ""
}

// Zones returns the IANA zones that clocks in t may show. Most territories have
// one. A reader of several must find a moment right in all of them; nil means
// that nothing is known. The caller does not change the slice.
func (t Territory) Zones() []string { return zonesByTerritory[t] }

func callingCode(n uint64) string {
	for p := leading(n); p > 0; p /= 10 {
		if c, ok := codeByPrefix[p]; ok {
			return c
		}
	}
	return ""
}

// leading returns the first six digits of n, or n where it is shorter.
func leading(n uint64) uint32 {
	for n > 999_999 {
		n /= 10
	}
	return uint32(n)
}
