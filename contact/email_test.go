package contact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestParseEmail(t *testing.T) {
	t.Parallel()

	long := strings.Repeat("a", 63)
	tests := map[string]struct{ raw, want string }{
		"plain":                          {"ada@example.org", "ada@example.org"},
		"letter case":                    {"Ada.Lovelace@Example.ORG", "ada.lovelace@example.org"},
		"spaces around":                  {" \tada@example.org\r\n", "ada@example.org"},
		"no-break spaces around":         {"\u00a0ada@example.org\u202f", "ada@example.org"},
		"invisible marks around":         {"\ufeff\u200bada@example.org\u200e", "ada@example.org"},
		"dots and tags stay":             {"a.d.a+news@example.org", "a.d.a+news@example.org"},
		"a plus in front":                {"+ada@example.org", "+ada@example.org"},
		"signs that need no quotes":      {"!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"},
		"full-width letters and sign":    {"ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ada@example.org"},
		"accents":                        {"É@example.org", "é@example.org"},
		"accents, decomposed":            {"e\u0301@example.org", "é@example.org"},
		"a sharp s stays":                {"STRAẞE@example.org", "straße@example.org"},
		"a dot at the end of the domain": {"ada@example.org.", "ada@example.org"},
		"a domain in another script":     {"ada@Bücher.example", "ada@xn--bcher-kva.example"},
		"a domain in its ASCII form":     {"ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"},
		"a decomposed domain":            {"ada@bu\u0308cher.example", "ada@xn--bcher-kva.example"},
		"an ideographic full stop":       {"ada@例え。テスト", "ada@xn--r8jz45g.xn--zckzah"},
		"a half-width one":               {"ada@example｡org", "ada@example.org"},
		"many labels":                    {"a@b.c.d.example.org", "a@b.c.d.example.org"},
		"digits and hyphens":             {"a@1-2.3x.example", "a@1-2.3x.example"},
		"a label of 63":                  {"a@" + long + ".org", "a@" + long + ".org"},
		"a local part of 64":             {long + "a@example.org", long + "a@example.org"},
		"two letters in all":             {"a@b.c", "a@b.c"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := contact.ParseEmail(tt.raw)
			require.NoError(t, err)
			require.Equal(t, tt.want, a.Reveal())
			require.Equal(t, contact.Email, a.Kind())
			require.True(t, a.Reaches(contact.EmailChannel))
			require.False(t, a.Reaches(contact.SMS))
			again, err := contact.ParseAddress(a.Reveal())
			require.NoError(t, err)
			require.True(t, again == a)
		})
	}
}

func TestParseEmailRefuses(t *testing.T) {
	t.Parallel()

	const (
		unquoted = "a character before the @ sign that is not allowed unquoted"
		domain   = "a character in the domain that is not a letter, digit or hyphen"
		dots     = "a dot at the start, at the end or doubled before the @ sign"
		hyphen   = "a label of the domain starts or ends with a hyphen"
	)
	long := strings.Repeat("a", 63)
	tests := map[string]struct{ raw, want string }{
		"nothing":                         {"", "no @ sign"},
		"no sign":                         {"ada", "no @ sign"},
		"nothing before":                  {"@example.org", "nothing before the @ sign"},
		"spaces before":                   {"  @example.org", "nothing before the @ sign"},
		"nothing behind":                  {"ada@", "the domain has no dot"},
		"a bare host":                     {"ada@localhost", "the domain has no dot"},
		"only a dot behind":               {"ada@.", "the domain has no dot"},
		"an empty label":                  {"ada@example..org", "an empty label in the domain"},
		"a label with no name":            {"ada@.org", "an empty label in the domain"},
		"two dots at the end":             {"ada@example.org..", "an empty label in the domain"},
		"a dot in front":                  {".ada@example.org", dots},
		"a dot at the end":                {"ada.@example.org", dots},
		"two dots":                        {"a..da@example.org", dots},
		"an ellipsis":                     {"a…b@example.org", dots},
		"a space":                         {"a da@example.org", unquoted},
		"a no-break space":                {"a\u00a0da@example.org", unquoted},
		"a zero-width space":              {"a\u200bda@example.org", unquoted},
		"a soft hyphen":                   {"a\u00adda@example.org", unquoted},
		"a mark of direction":             {"a\u202eda@example.org", unquoted},
		"a control":                       {"a\x00da@example.org", unquoted},
		"two signs":                       {"a@da@example.org", unquoted},
		"a display name":                  {"Ada <ada@example.org>", unquoted},
		"quotation marks":                 {`"ada"@example.org`, unquoted},
		"a comment":                       {"ada(work)@example.org", unquoted},
		"a backslash":                     {`a\da@example.org`, unquoted},
		"a list":                          {"a@example.org,b@example.org", unquoted},
		"a scheme":                        {"mailto:ada@example.org", unquoted},
		"an underscore behind":            {"ada@exa_mple.org", domain},
		"a space behind":                  {"ada@exa mple.org", domain},
		"an address of a network":         {"ada@[192.0.2.1]", domain},
		"a port":                          {"ada@example.org:25", domain},
		"an emoji behind":                 {"ada@\U0001F600.org", domain},
		"a zero-width joiner behind":      {"ada@a\u200db.org", domain},
		"a hyphen in front of a label":    {"ada@-a.org", hyphen},
		"a hyphen at the end of one":      {"ada@a-.org", hyphen},
		"a long local part":               {long + "aa@example.org", "more than 64 octets before the @ sign"},
		"one that grows in lower case":    {strings.Repeat("Ⱥ", 22) + "@example.org", "more than 64 octets before the @ sign"},
		"a long label":                    {"a@" + long + "a.org", "a label of the domain is longer than 63 octets"},
		"a label that is long as ASCII":   {"a@" + strings.Repeat("é", 60) + "a" + strings.Repeat("ü", 2) + ".org", "a label of the domain is longer than 63 octets"},
		"a long domain":                   {"a@" + strings.Repeat(long+".", 4) + "org", "the domain is longer than 253 octets"},
		"long in all":                     {long + "@" + strings.Repeat(long[:62]+".", 3) + "org", "more than 254 octets"},
		"bytes that are not UTF-8":        {"ad\xe9@example.org", "not valid UTF-8"},
		"a surrogate in disguise":         {"a\xed\xa0\x80@example.org", "not valid UTF-8"},
		"a phone number":                  {"+33639980012", "no @ sign"},
		"a character nobody has assigned": {"a\U000e0fff@example.org", unquoted},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := contact.ParseEmail(tt.raw)
			require.EqualError(t, err, "contact: e-mail address: "+tt.want+": not an address")
			require.ErrorIs(t, err, contact.ErrAddress)
			require.True(t, a.IsZero())
		})
	}
}

// The samples of RFC 3492 section 7.1 that are words of letters, and others
// that registries use. What the RFC writes with capitals to keep the letter
// case, a domain has in small letters.
func TestPunycode(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ label, ascii string }{
		"Arabic":                       {"ليهمابتكلموشعربي؟", ""}, // a question mark is no letter
		"Arabic, letters":              {"ليهمابتكلموشعربي", "xn--mgbcah9ar9a4efegftvvn"},
		"Chinese, simplified":          {"他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"},
		"Chinese, traditional":         {"他們爲什麽不說中文", "xn--ihqwctvzc91f659drss3x8bo0yb"},
		"Czech":                        {"Pročprostěnemluvíčesky", "xn--proprostnemluvesky-uyb24dma41a"},
		"Hebrew":                       {"למההםפשוטלאמדבריםעברית", "xn--4dbcagdahymbxekheh6e0a7fei0b"},
		"Hindi":                        {"यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "xn--i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"},
		"Japanese":                     {"なぜみんな日本語を話してくれないのか", "xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"},
		"Korean, too long for a label": {"세계의모든사람들이한국어를이해한다면얼마나좋을까", "xn--989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c"},
		"Russian":                      {"почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"},
		"Spanish":                      {"PorquénopuedensimplementehablarenEspañol", "xn--porqunopuedensimplementehablarenespaol-fmd56a"},
		"Vietnamese":                   {"TạisaohọkhôngthểchỉnóitiếngViệt", "xn--tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g"},
		"Japanese and digits":          {"3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"},
		"Japanese, letters and hyphen": {"安室奈美恵-with-super-monkeys", "xn---with-super-monkeys-pc58ag80a8qai00g7n9n"},
		"hyphens and Japanese":         {"hello-another-way-それぞれの場所", "xn--hello-another-way--fc4qua05auwb3674vfr0b"},
		"Japanese and a digit":         {"ひとつ屋根の下2", "xn--2-u9tlzr9756bt3uc0v"},
		"Japanese, mixed":              {"majiでkoiする5秒前", "xn--majikoi5-783gue6qz075azm5e"},
		"katakana and letters":         {"パフィーdeルンバ", "xn--de-jg4avhby1noc0d"},
		"only katakana":                {"そのスピードで", "xn--d9juau41awczczp"},
		"German":                       {"Bücher", "xn--bcher-kva"},
		"a sharp s, as since 2008":     {"straße", "xn--strae-oqa"},
		"French":                       {"hôpital-général", "xn--hpital-gnral-iebb9m"},
		"Greek":                        {"παράδειγμα", "xn--hxajbheg2az3al"},
		"beyond sixteen bits":          {"𠀀x", "xn--x-s17s"},
		"one letter":                   {"é", "xn--9ca"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := contact.ParseEmail("a@" + tt.label + ".example")
			if tt.ascii == "" || len(tt.ascii) > 63 {
				require.ErrorIs(t, err, contact.ErrAddress)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "a@"+tt.ascii+".example", a.Reveal())
		})
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{
		"ada@example.org", "a@bücher.example", "İ@İ.org", "Σσς@ΑΣ.gr", "ﬀ@ﬃ.x", "a\u0345\u0300@b.c", "+a@b.c", "Ⱥ@Ⱥ.c", "a@xn--é.d", "a@b｡c", "ǅ@ẞ.de", "\u1e9b\u0323@a.b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := contact.ParseEmail(s)
		if err != nil {
			require.ErrorIs(t, err, contact.ErrAddress)
			require.True(t, a.IsZero())
			return
		}
		text := a.Reveal()
		require.True(t, utf8.ValidString(text))
		require.LessOrEqual(t, len(text), 254)
		local, domain, _ := strings.Cut(text, "@")
		require.NotEmpty(t, local)
		for i := range len(domain) {
			b := domain[i]
			require.True(t, b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '-' || b == '.', "byte %d of the domain", i)
		}
		for _, spelling := range []string{text, " " + text + "\u200b", text + "."} {
			again, err := contact.ParseEmail(spelling)
			require.NoError(t, err)
			require.True(t, again == a)
		}
	})
}
