package gallery_test

import (
	"strings"
	"testing"
)

func fileFaults(t *testing.T) []fileFault {
	t.Helper()
	one, two := hexOf(t, 1), hexOf(t, 2)
	digestsLine := one + ";05/03/2024 10:00;é\n"
	list := sealed(t, 2000) // of two chunks
	short := sealed(t, 3)
	return []fileFault{
		{
			title: "Another separator than was agreed",
			note:  "Commas were agreed, and the file has semicolons. Nothing is read: a whole line would be one cell. Where no separator is agreed, Accord finds it.",
			files: []faultyFile{
				{
					reader: "contacts", file: contactsHead + contactsLine,
					separator: ',',
					whole:     contactsHead + contactsLine,
					want:      `0 lines · contact: import: column "id" is mapped and not in the header`,
				},
				{
					reader: "refusals", file: refusalsHead + refusalsLine,
					separator: ',',
					whole:     refusalsHead + refusalsLine,
					want:      `0 lines · suppression: import "refusals.csv": column "mobile": no such column`,
				},
				{
					reader: "digests", file: digestsHead + digestsLine,
					separator: ',',
					whole:     digestsHead + digestsLine,
					want:      `0 lines · suppression: import "refusals.csv": column "digest": no such column`,
				},
				{
					reader: "late STOPs", file: stopsHead + stopsLine,
					separator: ',',
					whole:     stopsHead + stopsLine,
					want:      `0 lines · campaign: stop file "stops.csv": column "numéro": no such column`,
				},
				{
					reader: "supplier's file", file: supplierHead + supplierLine,
					separator: ',',
					whole:     supplierHead + supplierLine,
					want:      `0 lines · supplier: import: first reading: contact: import: column "mobile" is mapped and not in the header`,
				},
			},
		},
		{
			title: "Another separator on one line",
			note:  "Two exports were put one behind the other. Line 2 has semicolons, like the header, and line 3 commas.",
			files: []faultyFile{
				{
					reader: "contacts", file: contactsHead + contactsLine + "2,0639980002,05/03/2024 10:00,Ana\n",
					want: "1 created, 1 rejected · line 3: 1 field, want 4 as in the header",
				},
				{
					reader: "refusals", file: refusalsHead + refusalsLine + "0639980002,05/03/2024 10:00,Ana\n",
					want: `1 added, 1 kept unread · line 3: column "mobile": phone: character 25 is not one of a telephone number: not an address`,
					kept: []string{"0639980002,05/03/2024 10:00,Ana"},
				},
				{
					reader: "digests", file: digestsHead + digestsLine + two + ",05/03/2024 10:00,a\n",
					want: `1 pending, 1 kept unread · line 3: column "digest": suppression: 83 characters, want the 64 hexadecimal digits or 44 of base64 that SHA-256 has`,
					kept: []string{"c10d066c0be2bd9a9e1b6eb896f073a38623b0ca5a8701d53b12c0afd595f5bb,05/03/2024 10:00,a"},
				},
				{
					reader: "late STOPs", file: stopsHead + stopsLine + "0639980002,05/03/2024 10:00,STOP\n",
					want: "1 refused, 1 kept unread · line 3: 1 field, want 3 as in the header",
					kept: []string{"0639980002,05/03/2024 10:00,STOP"},
				},
				{
					reader: "supplier's file", file: supplierHead + supplierLine + "0639980002,quiz,05/03/2024 10:00,Ana\n",
					want: "1 created, 1 rejected, 1 with a grant recorded · line 3: 1 field, want 4 as in the header",
				},
			},
		},
		{
			title: "Digests of another length",
			note:  "SHA-256 was agreed. Line 3 has one digit too few, line 4 an MD5, and line 5 a number in the clear.",
			files: []faultyFile{
				{
					reader: "digests", file: digestsHead + digestsLine + two[:63] + ";05/03/2024;\n" + two[:32] + ";05/03/2024;\n0639980004;05/03/2024;\n",
					want: `1 pending, 3 kept unread · line 3: column "digest": suppression: 63 characters, want the 64 hexadecimal digits or 44 of base64 that SHA-256 has · line 4: column "digest": suppression: 32 characters, want the 64 hexadecimal digits or 44 of base64 that SHA-256 has; MD5 has so many · line 5: column "digest": suppression: 10 characters, want the 64 hexadecimal digits or 44 of base64 that SHA-256 has`,
					kept: []string{"c10d066c0be2bd9a9e1b6eb896f073a38623b0ca5a8701d53b12c0afd595f5b;05/03/2024;", "c10d066c0be2bd9a9e1b6eb896f073a3;05/03/2024;", "0639980004;05/03/2024;"},
				},
			},
		},
		{
			title: "One address in several spellings",
			note:  "The same number, or the same digest, three times: as people, spreadsheets and programs write it. It is one person.",
			files: []faultyFile{
				{
					reader: "contacts", file: contactsHead + contactsLine + "1;+33 6 39 98 00 01;05/03/2024 10:00;Zoé\n1;0033639980001;05/03/2024 10:00;Zoé\n",
					want: "1 created, 2 unchanged",
				},
				{
					reader: "refusals", file: refusalsHead + refusalsLine + "+33 6 39 98 00 01;05/03/2024 10:00;Zoé\n33639980001;05/03/2024 10:00;Zoé\n",
					want: "1 added, 2 there already",
				},
				{
					reader: "digests", file: digestsHead + digestsLine + strings.ToUpper(one) + ";05/03/2024 10:00;\n" + base64Of(t, 1) + ";05/03/2024 10:00;\n" + strings.TrimRight(base64Of(t, 1), "=") + ";05/03/2024 10:00;\n",
					want: "1 pending, 3 there already",
				},
				{
					reader: "late STOPs", file: stopsHead + stopsLine + "+33 6 39 98 00 01;05/03/2024 10:00;STOP\n33639980001;05/03/2024 10:00;STOP\n",
					want: "1 refused, 2 known before",
				},
				{
					reader: "supplier's file", file: supplierHead + supplierLine + "+33 6 39 98 00 01;quiz;05/03/2024 10:00;Zoé\n33639980001;quiz;05/03/2024 10:00;Zoé\n",
					want: "1 created, 2 unchanged, 1 with a grant recorded, 2 with a grant known before",
				},
			},
		},
		{
			title: "Cut in the middle of a line",
			note:  "A transfer ended early, in a number, a digest, or a chunk of a sealed list. What is left of a number is not taken for another one, since `contact/phone` knows how long the numbers of a country are; a reader of numbers that does not know would take it. Only a sealed list says that it was cut where the cut is between two lines: compare the number of lines with the sender's. To read the whole file later adds what is missing.",
			files: []faultyFile{
				{
					reader: "contacts", file: contactsHead + contactsLine + "2;06399800",
					whole: contactsHead + contactsLine + "2;0639980002;05/03/2024 10:00;Ana\n",
					want:  "1 created, 1 rejected · line 3: 2 fields, want 4 as in the header",
				},
				{
					reader: "refusals", file: refusalsHead + refusalsLine + "06399800", what: "in the number",
					whole: refusalsHead + refusalsLine + "0639980002;05/03/2024 10:00;Ana\n",
					want:  `1 added, 1 kept unread · line 3: column "mobile": phone: too few digits for country code 33: not an address`,
					kept:  []string{"06399800"},
				},
				{
					reader: "refusals", file: refusalsHead + refusalsLine + "0639980002;05/03/20", what: "in the date",
					want: "2 added, 1 without a date",
				},
				{
					reader: "digests", file: digestsHead + digestsLine + two[:40],
					whole: digestsHead + digestsLine + two + ";05/03/2024 10:00;\n",
					want:  `1 pending, 1 kept unread · line 3: column "digest": suppression: 40 characters, want the 64 hexadecimal digits or 44 of base64 that SHA-256 has; SHA-1 has so many`,
					kept:  []string{"c10d066c0be2bd9a9e1b6eb896f073a38623b0ca"},
				},
				{
					reader: "sealed list", file: list[:len(list)/2], what: "in the first chunk",
					whole: list,
					want:  `0 lines · suppression: import "martin.sealed": sealed list not opened: it was cut in chunk 1`,
				},
				{
					reader: "sealed list", file: list[:len(list)-5], what: "in the second chunk",
					whole: list,
					want:  `1365 added · suppression: import "martin.sealed": sealed list not opened: it was cut in chunk 2`,
				},
				{
					reader: "late STOPs", file: stopsHead + stopsLine + "0639980002;05/03/2024 10:00",
					whole: stopsHead + stopsLine + "0639980002;05/03/2024 10:00;STOP\n",
					want:  "1 refused, 1 kept unread · line 3: 2 fields, want 3 as in the header",
					kept:  []string{"0639980002;05/03/2024 10:00"},
				},
				{
					reader: "supplier's file", file: supplierHead + supplierLine + "0639980002;qu",
					whole: supplierHead + supplierLine + "0639980002;quiz;05/03/2024 10:00;Ana\n",
					want:  "1 created, 1 rejected, 1 with a grant recorded · line 3: 2 fields, want 4 as in the header",
				},
			},
		},
		{
			title: "Cut in the middle of a character",
			note:  "The transfer ended in the é of the last first name, of which UTF-8 has two bytes. Half a letter is no letter, and not one of another encoding. A number or digest in front of it is whole, and a refusal does not wait for a letter.",
			files: []faultyFile{
				{
					reader: "contacts", file: contactsHead + contactsLine + "2;0639980002;05/03/2024 10:00;Zo\xc3",
					whole: contactsHead + contactsLine + "2;0639980002;05/03/2024 10:00;Zoé\n",
					want:  "1 created, 1 rejected · line 3: the file ends in the middle of a character",
				},
				{
					reader: "refusals", file: refusalsHead + refusalsLine + "0639980002;05/03/2024 10:00;Zo\xc3",
					want: "2 added",
				},
				{
					reader: "digests", file: digestsHead + digestsLine + two + ";05/03/2024 10:00;\xc3",
					want: "2 pending",
				},
				{
					reader: "late STOPs", file: stopsHead + stopsLine + "0639980002;05/03/2024 10:00;arr\xc3",
					whole: stopsHead + stopsLine + "0639980002;05/03/2024 10:00;arrêt\n",
					want:  "1 refused, 1 kept unread · line 3: the file ends in the middle of a character",
					kept:  []string{"0639980002;05/03/2024 10:00;arr\xc3"},
				},
				{
					reader: "supplier's file", file: supplierHead + supplierLine + "0639980002;quiz;05/03/2024 10:00;Zo\xc3",
					whole: supplierHead + supplierLine + "0639980002;quiz;05/03/2024 10:00;Zoé\n",
					want:  "1 created, 1 rejected, 1 with a grant recorded · line 3: the file ends in the middle of a character",
				},
			},
		},
		{
			title: "The same line twice",
			note:  "Counted twice, kept once.",
			files: []faultyFile{
				{
					reader: "contacts", file: contactsHead + contactsLine + contactsLine,
					want: "1 created, 1 unchanged",
				},
				{
					reader: "refusals", file: refusalsHead + refusalsLine + refusalsLine,
					want: "1 added, 1 there already",
				},
				{
					reader: "digests", file: digestsHead + digestsLine + digestsLine,
					want: "1 pending, 1 there already",
				},
				{
					reader: "late STOPs", file: stopsHead + stopsLine + stopsLine,
					want: "1 refused, 1 known before",
				},
				{
					reader: "supplier's file", file: supplierHead + supplierLine + supplierLine,
					want: "1 created, 1 unchanged, 1 with a grant recorded, 1 with a grant known before",
				},
			},
		},
		{
			title: "Two time zones in one file",
			note:  "One time names no zone, and is of the zone that was agreed, Paris. Another names its own: it is 6 p.m. in Tokyo then. The third is in UTC. All are one instant.",
			times: true,
			files: []faultyFile{
				{
					reader: "contacts", file: contactsHead + contactsLine + "2;0639980002;2024-03-05T18:00:00+09:00;Ana\n3;0639980003;2024-03-05 09:00:00Z;Eli\n",
					want: "3 created · kept: 2024-03-05 09:00 UTC",
				},
				{
					reader: "refusals", file: refusalsHead + refusalsLine + "0639980002;2024-03-05T18:00:00+09:00;Ana\n0639980003;2024-03-05 09:00:00Z;Eli\n",
					want: "3 added · kept: 2024-03-05 09:00 UTC",
				},
				{
					reader: "digests", file: digestsHead + digestsLine + two + ";2024-03-05T18:00:00+09:00;\n" + hexOf(t, 3) + ";2024-03-05 09:00:00Z;\n",
					want: "3 pending · kept: 2024-03-05 09:00 UTC",
				},
				{
					reader: "sealed list", file: short,
					want: "3 added · kept: 2024-03-05 09:00 UTC",
				},
				{
					reader: "late STOPs", file: stopsHead + stopsLine + "0639980002;2024-03-05T18:00:00+09:00;STOP\n0639980003;2024-03-05 09:00:00Z;STOP\n",
					want: "3 refused · kept: 2024-03-05 09:00 UTC",
				},
				{
					reader: "supplier's file", file: supplierHead + supplierLine + "0639980002;quiz;2024-03-05T18:00:00+09:00;Ana\n0639980003;quiz;2024-03-05 09:00:00Z;Eli\n",
					want: "3 created, 3 with a grant recorded · kept: 2024-03-05 09:00 UTC",
				},
			},
		},
		{
			title: "An empty file",
			note:  "An empty file is never a file without people: it is an export that failed.",
			files: []faultyFile{
				{
					reader: "contacts",
					want:   "0 lines · contact: import: header: the file is empty, not even a header",
				}, {
					reader: "refusals",
					want:   `0 lines · suppression: import "refusals.csv": header: the file is empty, not even a header`,
				}, {
					reader: "digests",
					want:   `0 lines · suppression: import "refusals.csv": header: the file is empty, not even a header`,
				}, {
					reader: "sealed list",
					want:   `0 lines · suppression: import "martin.sealed": sealed list not opened: it was cut in its header`,
				}, {
					reader: "late STOPs",
					want:   `0 lines · campaign: stop file "stops.csv": header: the file is empty, not even a header`,
				}, {
					reader: "supplier's file",
					want:   "0 lines · supplier: import: first reading: contact: import: header: the file is empty, not even a header",
				},
			},
		},
		{
			title: "A header only",
			note:  "A file with nobody in it is a file. A sealed list that ends behind its header was cut, since its end is marked.",
			files: []faultyFile{
				{
					reader: "contacts", file: contactsHead,
					want: "0 lines",
				}, {
					reader: "refusals", file: refusalsHead,
					want: "0 lines",
				}, {
					reader: "digests", file: digestsHead,
					want: "0 lines",
				},
				{
					reader: "sealed list", file: sealed(t, 0), what: "a list of nobody",
					want: "0 lines",
				}, {
					reader: "sealed list", file: sealed(t, 0)[:sealedHead(t)], what: "cut behind its header",
					want: `0 lines · suppression: import "martin.sealed": sealed list not opened: it was cut after chunk 0`,
				},
				{
					reader: "late STOPs", file: stopsHead,
					want: "0 lines",
				}, {
					reader: "supplier's file", file: supplierHead,
					want: "0 lines",
				},
			},
		},
	}
}

// sealedHead returns how long the header of a sealed list is: what is left of an
// empty one without its chunk of nothing, of 4 bytes of length and 16 of a tag.
func sealedHead(t *testing.T) int {
	t.Helper()
	return len(sealed(t, 0)) - 20
}
