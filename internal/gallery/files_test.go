package gallery_test

import (
	"strings"

	"github.com/accordsdk/accord/contact"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// A file is one that somebody sent, with what the reader of the gallery should
// know of it.
type file struct {
	title, note string
	text        string
	encoding    encoding.Encoding // nil for the bytes of text
	options     func(*contact.ImportOptions)
}

const header = "Id;Prénom;Tél. portable;E-mail;Date d'opt-in\r\n"

var files = []file{
	{
		title: "A file as Excel saves it in France",
		note:  "Semicolons, Windows-1252, CRLF, and dates with the day in front. Nothing has to be said: the separator, the encoding and the columns are found.",
		text: header +
			"1;Zoé;06 39 98 00 01;zoe@example.org;24/03/2024 18:05\r\n" +
			"2;Loïc;06.39.98.00.02;;24/03/2024\r\n",
		encoding: charmap.Windows1252,
	},
	{
		title:    "“Unicode text”",
		note:     "UTF-16 with tabs, another choice of the same menu.",
		text:     strings.ReplaceAll(header, ";", "\t") + "1\tZoé\t0639980001\t\t24/03/2024\r\n",
		encoding: unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	},
	{
		title: "Two exports, one after the other",
		note:  "The first half in UTF-8, the second in Windows-1252: each line is read as what it is.",
		text:  header + "1;Zoé;0639980001;;24/03/2024\r\n2;Lo\xefc;0639980002;;24/03/2024\r\n",
	},
	{
		title: "A first line for Excel",
		note:  "`sep=` names the separator and is no line of data.",
		text:  "sep=|\r\nId|Tél|Commentaire\r\n1|0639980001|a;b;c;d\r\n",
	},
	{
		title: "Numbers without their zero",
		note:  "A spreadsheet took them for numbers. Nine digits are a French number without its zero; `336…` is one without its plus sign.",
		text:  "id;telephone\n1;639980001\n2;33639980002\n3;639980003.0\n",
	},
	{
		title: "Numbers with an exponent",
		note:  "Where the digits are gone, nobody can bring them back: the supplier has to export again, with the column as text. Where all of them are there, they are read.",
		text:  "id;telephone\n1;6,4E+08\n2;6,39980002E+08\n",
	},
	{
		title: "Zeros kept by force",
		note:  "Formulas and apostrophes by which people keep a zero from being lost.",
		text:  "id;telephone\n1;=\"0639980001\"\n2;'0639980002\n3;\"=\"\"0639980003\"\"\"\n",
	},
	{
		title: "A comment over several lines",
		note:  "A cell in quotation marks may go on for up to 32 lines. The report counts it once.",
		text:  "id;telephone;note\n1;0639980001;\"rappeler\nle soir\n\"\n2;0639980002;\n",
	},
	{
		title: "A quotation mark that nobody closes",
		note:  "It costs its own line, and not those behind it.",
		text:  "id;telephone;note\n1;0639980001;\"rappeler\n2;0639980002;\n3;0639980003;\"le soir\"\n",
	},
	{
		title: "Quotation marks in the middle",
		note:  "In a cell that does not start with one, a quotation mark is a character. In one that does, and goes on behind it, nobody knows where the cell ends.",
		text:  "id;telephone;note\n1;0639980001;écran 27\"\n2;0639980002;\"dit \"Zoé\"\"\n",
	},
	{
		title: "A separator in a name",
		note:  "The line has a cell too many, and which one is the number is a guess. We do not guess.",
		text:  "id;nom;telephone\n1;Dupont;0639980001\n2;Martin; SARL;0639980002\n",
	},
	{
		title: "Lines cut short",
		text:  "id;telephone;ville\n1;0639980001;Brest\n2;06399\n3;0639980003",
	},
	{
		title: "Dates of another country",
		note:  "05/13/2024 cannot be French. 05/06/2024 can, and would be read as the 5th of June: for a file of the United States, set the layout of the column.",
		text:  "id;telephone;opt-in date\n1;0639980001;05/13/2024\n2;0639980002;2024-05-13T18:05:00+02:00\n",
	},
	{
		title: "A telephone number among the e-mail addresses",
		note:  "An address that cannot be read is left out where its line has another one, and is counted as an omission.",
		text:  "id;mobile;mail\n1;0639980001;0639980001\n2;;zoe(at)example.org\n",
	},
	{
		title: "Numbers that nobody has",
		note:  "Too short, too long, a range that is given to nobody, two in one cell, words.",
		text:  "id;portable\n1;06 39 98\n2;06 39 98 00 02 33\n3;07 00 00 00 03\n4;0639980004 / 0639980005\n5;sur liste rouge\n",
	},
	{
		title: "Overseas numbers in a file of the metropolis",
		note:  "0692 is Réunion, 0690 Guadeloupe, 0694 French Guiana, 0696 Martinique: each with its own clock and day of silence.",
		text:  "id;portable\n1;0692 12 34 56\n2;0690 12 34 56\n3;0694 12 34 56\n4;0696 12 34 56\n",
	},
	{
		title: "One person twice",
		note:  "Put twice, merged once, and both dates of collection are kept.",
		text:  "id;mobile;mail;date opt-in\n1;0639980001;;01/02/2023\n1;;zoe@example.org;03/04/2024\n1;06 39 98 00 01;;01/02/2023\n",
	},
	{
		title: "No ID",
		note:  "Without one, the import cannot say who is who. A host may name people by the fingerprints of their addresses instead (`IDFrom`).",
		text:  "prénom;mobile\nZoé;0639980001\n",
	},
	{
		title: "Two columns of one name",
		note:  "An error, before anything is read, because either could be meant.",
		text:  "id;Tél;Tél\n1;0639980001;0639980002\n",
	},
	{
		title:   "A mapping that the file does not have",
		text:    "id;numéro de fax\n1;0199000001\n",
		options: func(o *contact.ImportOptions) { o.Columns = mapping },
	},
	{
		title: "A name cut in the middle of a letter",
		note:  "Some programs cut cells at so many bytes. Half a letter is neither UTF-8 nor Windows-1252.",
		text:  "id;prénom;mobile\n1;Zoé-Ren\xc3;0639980001\n2;Zoé;0639980002\n",
	},
	{
		title: "Bytes that are no text",
		text:  "id;prénom;mobile\n1;a\x00b;0639980001\n2;Zo\xe9\x81;0639980002\n",
	},
	{
		title: "No file at all",
		text:  "",
	},
}

var mapping = []contact.Column{{Name: "id", Kind: contact.IDColumn}, {Name: "mobile", Kind: contact.PhoneColumn}}
