#!/usr/bin/env python3
"""Writes addresses.h: what the regular expression of the installed Django makes of addresses. Facts for test_runserver.cpp.

    /usr/bin/python3 make_addresses.py > addresses.h
"""
import itertools

from django.core.management.commands.runserver import naiveip_re

CURATED = """
8000|0|80|99999|123456789012345678901234567890|-1|+1| 8000|8000 |8000\\n|8000\\n\\n|\\n8000|abc|8000a|a8000|
127.0.0.1:8000|127.0.0.1|127.0.0.1:|:8000|127.0.0.1:abc|127.0.0.1:-1|127.0.0.1:8000\\n|127.0.0.1:80:80|0.0.0.0:0|0:8000|
999.1.1.1:8000|1234.1.1.1:80|1.2.3:80|1.2.3.4.5:80|1.2.3.4.:80|.1.2.3.4:80|1..2.3:80|01.02.03.04:80|
[::1]:8000|[::]:8000|[]:80|[:]:80|[::1]|::1|::1:8000|[::1%lo]:80|[fe80::1]:80|[FE80::abcd]:1|[g]:80|[1.2.3.4]:80|[::1:80|::1]:80|[[::1]]:80|[::1]:|
localhost:8000|localhost|my-host.example.com:80|-:80|-a-.-b-:80|a_b:80|a..b:80|.a:80|a.:80|*:80|host name:80|hôte:80|
http://127.0.0.1:8000|127.0.0.1/8000|127.0.0.1:8000/|٨٠٠٠|٨:٨|127.0.0.1:٨٠٠٠|١٢٧.0.0.1:80|١٢٧٠.0.0.1:80|８０|²|①|8٠|𝟿𝟿|𑽐|[::١]:80|a١:80
"""
ALPHABET, LONGEST = "1a.:[]-\n", 6


def groups(text):
    m = naiveip_re.match(text)
    return m and m.groups()


def literal(text):
    """A C string, every unusual byte escaped, cut so that no digit joins an escape."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\' else '\\x%02x" "' % b for b in text.encode()) + '"'


def digest():
    """FNV-1a over the outcome of every text of the alphabet, the short ones first."""
    value = 0xCBF29CE484222325
    for size in range(LONGEST + 1):
        for text in itertools.product(ALPHABET, repeat=size):
            found = groups("".join(text))
            line = "-" if found is None else "%s|%d%d%d|%s" % (found[0] or "", *(g is not None for g in found[1:4]), found[4])
            for byte in (line + "\n").encode():
                value = (value ^ byte) * 0x100000001B3 % 2 ** 64
    return value


def main():
    print("// Made by make_addresses.py from the regular expression of Django 3.2, which is that of 5.2. Not to be edited.")
    print("#pragma once\n\n#include <cstdint>\n\nstruct Address {\n  const char *text, *addr;  // addr: \"\" when there is none")
    print("  bool matches, _ipv4, _ipv6, _fqdn;\n  const char* port;\n};\ninline constexpr Address addresses[] = {")
    for text in CURATED.strip("\n").replace("|\n", "|").split("|"):
        text = text.replace("\\n", "\n")
        found = groups(text)
        if text == "\U00011f50":  # a digit of Unicode 15; this Python is older
            found = (None, None, None, None, text)
        flags = ["true" if f else "false" for f in ([found is not None] + [g is not None for g in (found or [None] * 5)[1:4]])]
        print("    {%s, %s, %s, %s}," % (literal(text), literal(found and found[0] or ""), ", ".join(flags), literal(found[4] if found else "")))
    print("};\ninline constexpr char address_alphabet[] = %s;" % literal(ALPHABET).replace('" "', ""))
    print("inline constexpr int address_longest = %d;\ninline constexpr std::uint64_t address_digest = 0x%016XU;" % (LONGEST, digest()))


main()
