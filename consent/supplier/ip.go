package supplier

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
)

// nobodys are networks whose addresses no visitor of a site can have: the IANA
// special-purpose registries of IPv4 and IPv6 (RFC 6890 and its updates, as of
// 2024), where "globally reachable" is false, and multicast. Of IPv6 all but
// 2000::/3 is nobody's.
var nobodys = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

var globalV6 = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) (out []netip.Prefix) {
	for _, text := range texts {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

// nobodysIP reports whether ip, which is not mapped, can be no visitor's.
func nobodysIP(ip netip.Addr) bool {
	if ip.Is6() && !globalV6.Contains(ip) {
		return true
	}
	return slices.ContainsFunc(nobodys, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// networkKey stands for what one visitor has: an IPv4 address, or an IPv6
// network of 64 bits.
func networkKey(ip netip.Addr) uint64 {
	if ip.Is4() {
		b := ip.As4()
		return uint64(binary.BigEndian.Uint32(b[:]))
	}
	b := ip.As16()
	return binary.BigEndian.Uint64(b[:8])
}

// maskIP returns the first half of an IPv4 address, or the first 32 bits of an
// IPv6 address: enough for the supplier to find it, too little to name anyone.
func maskIP(ip netip.Addr) string {
	if ip.Is4() {
		b := ip.As4()
		return fmt.Sprintf("%d.%d.x.x", b[0], b[1])
	}
	b := ip.As16()
	return fmt.Sprintf("%x:%x:x", binary.BigEndian.Uint16(b[:2]), binary.BigEndian.Uint16(b[2:4]))
}
