"""What the desk places where, and the moments at which what is shown changes by itself."""
