package main

import (
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// figures are everything that the story counted: the document of -json.
type figures struct {
	Seed              uint64                   `json:"seed"`
	At                time.Time                `json:"at"`
	Import            contact.ImportReport     `json:"import"`
	People            int                      `json:"people"` // in the rented base, after the import
	Refusals          suppression.ImportReport `json:"refusals"`
	Previews          []campaign.Preview       `json:"previews"`
	Asked             int                      `json:"asked"`
	Answers           answers                  `json:"answers"`
	Run               campaign.Summary         `json:"run"`
	Final             campaign.Tally           `json:"final"`
	StoppedMidway     int                      `json:"stopped_midway"`
	MessagedAfterStop int                      `json:"messaged_after_stop"`
	Explanation       *campaign.Explanation    `json:"explanation,omitempty"`
	Verified          consent.Verification     `json:"verified"`
	Forged            consent.Verification     `json:"forged"`
	Faults            []fault                  `json:"faults"` // of lines that were rejected
	Sent              []sending                `json:"sent"`   // by each campaign that ran
	Heard             []hour                   `json:"heard"`  // what people answered to the request

	Sample     supplier.Report                `json:"sample"`
	Opposition suppression.DigestReport       `json:"opposition"`
	Resolved   suppression.ResolveReport      `json:"resolved"`
	Second     second                         `json:"second"`
	HandedOn   suppression.DigestExportReport `json:"handed_on"`
	Looked     looking                        `json:"looked"`
	Approved   approved                       `json:"approved"`
	LateStops  campaign.StopFileReport        `json:"late_stops"`
	Report     *campaign.Report               `json:"report"`
	Reconciled *campaign.Reconciliation       `json:"reconciled"`
	Billed     int                            `json:"billed"` // messages that the carrier recorded
}

// segmentPrice is what an SMS costs, in millionths of a euro.
const segmentPrice = 45_000

// A sending is what a campaign had sent when its run ended.
type sending struct {
	Campaign string    `json:"campaign"`
	At       time.Time `json:"at"` // of its first message
	Messages int       `json:"messages"`
	Segments int       `json:"segments"` // of the texts with the carrier's clause
	Cost     int64     `json:"cost"`     // in millionths of a euro
}

// An hour counts the answers of one.
type hour struct {
	From  time.Time `json:"from"`
	Yes   int       `json:"yes"`
	Stop  int       `json:"stop"`
	Other int       `json:"other"`
}

// answers count what people sent back.
type answers struct {
	Yes    int `json:"yes"`
	No     int `json:"no"`
	Stop   int `json:"stop"`
	Words  int `json:"words"`
	Likely int `json:"likely_refusals"`
}
