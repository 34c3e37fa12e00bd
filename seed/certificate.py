"""A small certificate as a real pdf, written by hand: one page, one typeface that every reader brings along."""


def certificate_pdf(*lines: str) -> bytes:
    """The lines under one another, the first of them large. Latin letters only: brackets and backslashes stay out."""
    parts = ["BT /F1 26 Tf 72 700 Td", f"({_latin(lines[0])}) Tj", "/F1 14 Tf 0 -20 Td"]
    parts += [f"0 -24 Td ({_latin(line)}) Tj" for line in lines[1:]]
    drawn = " ".join([*parts, "ET"]).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    ending = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + ending


def _latin(line: str) -> str:
    return "".join(one for one in line if one not in "()\\").encode("latin-1", "replace").decode("latin-1")
