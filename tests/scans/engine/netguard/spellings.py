"""Hosts as strangers write them, of places that nobody may be led to."""

from __future__ import annotations

# What may stand between http:// and the path; each means an address of this machine or of its network.
LITERALS = (
    # this machine, in every base and length that inet_aton takes
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7F.0x0.0x0.0x1", "0x7f.1",
    "017700000001", "0177.0.0.1", "0177.0.0.01", "00000177.1", "127.0.0.1.", "0x7f000001.", "127.0.0.0x1", "0",
    "0.0.0.0", "0x0", "00", "0.", "0x", "0.0", "127.000.000.001", "4294967295",
    # in other scripts and shapes, which IDNA makes equal
    "１２７.０.０.１", "127。0。0。1", "127｡0｡0｡1", "127．0．0．1", "①②⑦.⓪.⓪.①", "①②⑦.0.0.1", "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "０ｘ７ｆ．１", "０Ｘｃ０．０２５０．０１", "²¹³⁰⁷⁰⁶⁴³³", "1\u00ad27.0.0.1", "127.0.0.\u200b1", "%31%32%37.0.0.1",
    "%6c%6fcalhost",
    # with noise around it
    "user@127.0.0.1", "user:password@127.0.0.1", "example.com@127.0.0.1", "example.com:80@127.0.0.1", "@127.0.0.1",
    "example.com%40@127.0.0.1", "1.1.1.1 &@127.0.0.1", "127.0.0.1\\.example.com", "127.0.0.1\\@example.com",
    "127.0.0.1#@example.com", "127.0.0.1?@example.com", "127.0.0.1/.example.com", "127.0.0.1\t", "127\t.0.0.1",
    "\n127.0.0.1", "127.0.\r\n0.1", " 127.0.0.1",
    # the other ranges
    "10.0.0.1", "012.0.0.1", "0xa.1", "167772161", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.257",
    "192.0x00A80001", "0xc0a80001", "3232235521", "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376",
    "169.254.43518", "169.16689662", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.0.9",
    "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1", "203.0.113.7",
    # IPv6, and IPv4 inside it
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::0001]", "[::127.0.0.1]",
    "[::7f00:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::FFFF:7F00:0001]", "[::ffff:0:127.0.0.1]",
    "[::ffff:169.254.169.254]", "[::ffff:8.8.8.8]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::8.8.8.8]",
    "[64:ff9b:1::10.0.0.1]", "[64:ff9b:1:fffe::a00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[2002:c0a8:1::]",
    "[2001:0:7f00:1::]", "[2001::f5ff:fffe]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[2001:20::1]", "[2001:2::1]",
    "[2001:10::1]", "[2001:1::1]", "[2606:4700::5efe:7f00:1]", "[2606:4700::200:5efe:a9fe:a9fe]", "[fe80::1]",
    "[febf::1]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[fd20:ce::254]", "[fdff::1]", "[ff02::1]", "[ff0e::1]",
    "[100::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[4000::1]", "[::2]", "[1::]", "[1fff:ffff::1]",
    # not hosts at all, or only to careless readers
    "[fe80::1%eth0]", "[fe80::1%25eth0]", "[::1%25lo]", "[::1%lo]", "[2606:4700::1111%25eth0]", "[127.0.0.1]",
    "[localhost]", "[::1", "::1", "[::1]]", "[[::1]]", "[::1].example.com", "[v1.127.0.0.1]", "256.256.256.256",
    "1.2.3.4.5", "0x1.2.3.4.5", "127.0.0.1.1", "example.com.0x7f", "example.com.1", "08.0.0.1", "127.0.0.1:80:80",
    "", ".", "..", "...", "-", "%00", "exa mple.com", "example.com:port", "example.com:65536", "example.com:-1",
    "127.0.0.1%00.example.com", "<127.0.0.1>", "127.0.0.1^", "127.0.0.1|example.com",
)  # fmt: skip

# Names that are refused whatever their address.
NAMES = (
    "localhost", "LOCALHOST", "localhost.", "localhost..", ".localhost", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ",
    "local\u00adhost", "loc\talhost", "a.localhost", "example.com.localhost", "localhost.localdomain",
    "localhost6.localdomain6.", "ip6-localhost", "intranet", "router", "wpad", "ai", "printer.local",
    "printer。local", "PRINTER.LOCAL.",
    "db.internal", "metadata.google.internal", "metadata.google.internal.", "METADATA.Google.Internal",
    "metadata。google。internal", "instance-data.ec2.internal", "metadata.goog", "metadata", "instance-data",
    "metadata.packet.net", "metadata.platformequinix.com", "metadata.tencentyun.com", "nas.home.arpa", "home.arpa",
    "facebookcorewwwi.onion", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "host.docker.internal",
    "gateway.docker.internal", "files.corp", "tv.home", "box.lan", "fritz.intranet", "x.private",
    "db.service.consul", "a.invalid", "a.alt",
    "ipv4only.arpa", "example..com", "example.com..", ".example.com", f"{'a' * 64}.example.com", "user@localhost",
    "127.0.0.1;example.com", "127.0.0.1,example.com", "127.0.0.1&example.com", "$(id).example.com", "a`b.example.com",
    "127.0.0.1'.example.com", "{127.0.0.1}.example.com", "*.example.com", "a!b.example.com", "a~b.example.com",
)  # fmt: skip
