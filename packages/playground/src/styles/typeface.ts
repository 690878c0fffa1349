// a typeface made for legibility, whose 0, O, 1, l and I cannot be taken for each other
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
