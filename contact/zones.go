package contact

// manyZones are the zones of territories whose calling code tells nothing, so
// that a contact must declare to be there: those of +1. Of zones that show the
// same time, one stands for all. Source: IANA tz database, zone1970.tab.
var manyZones = map[Territory][]string{
	"US": {
		"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
		"America/Adak", "Pacific/Honolulu",
	},
	"CA": {
		"America/St_Johns", "America/Halifax", "America/Blanc-Sablon", "America/Toronto", "America/Atikokan", "America/Winnipeg",
		"America/Regina", "America/Edmonton", "America/Whitehorse", "America/Vancouver",
	},
}
