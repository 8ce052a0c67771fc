// Package program plays games that another program knows: it is started, and
// asked for values over its standard input and output, a line of JSON at a time.
//
// The program speaks first and says how many players there are:
//
//	{"n": 14, "outputs": 1, "players": ["not", "bad", …]}
//
// outputs may be left out where it is 1, and players, their names, too. Then
// every line that it reads asks for the values of coalitions, and is answered
// by one line with as many values, in the same order:
//
//	{"masks": ["3fff", "1a2"]}
//	{"values": [0.1, 0.9]}
//
// A mask is the hexadecimal number Σ 2^i over the players i present, of any
// length, without zeros before it; "0" is the empty coalition. Where outputs is
// more than 1, a value is a list of so many numbers. A program that cannot
// answer says so with {"error": "why"}. It ends when its input does. What it
// writes to standard error is kept for the moment when it fails. In Python:
//
//	print(json.dumps({"n": n}), flush=True)
//	for line in sys.stdin:
//	    masks = [int(m, 16) for m in json.loads(line)["masks"]]
//	    print(json.dumps({"values": [v(m) for m in masks]}), flush=True)
//
// A program can also be a language model, of which a text is a game: [Model]
// says what is asked then.
package program
