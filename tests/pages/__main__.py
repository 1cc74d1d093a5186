"""`python -m tests.pages`: write the generated blocks of all pages anew."""

from tests.pages.pages import PAGES, written

if __name__ == "__main__":
    for name in PAGES:
        page, text = written(name)
        page.write_text(text, "utf-8")
        print(page)
