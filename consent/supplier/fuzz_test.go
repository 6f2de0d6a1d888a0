package supplier

import (
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

func fuzzProfile() *Profile {
	return &Profile{
		Supplier: contact.Party{ID: "fichiers", Name: "Fichiers SARL"}, Contract: "1", Base: "rented", Kind: contact.RentedFile, Zone: "Europe/Paris",
		Columns: Columns{Phone: "phone", Date: "date", Form: "form", IP: "ip", URL: "url"},
		Forms: []Form{{
			Name: "quiz", Collector: "Jeux SAS", Sites: []string{"jeux.example"}, Notice: contact.Notice{Language: "fr", Text: "J'accepte."},
			From:     time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
			Purposes: []contact.Purpose{contact.Political}, Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{"martin"}},
		}},
	}
}
