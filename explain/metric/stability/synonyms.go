package stability

import "strings"

// synonyms are English words that mean about the same and carry no judgement by
// themselves, in both directions.
// The list is short by intention: a wrong synonym changes what a text says, and the
// metric would blame the explanation for it. Forms of a word are lines of their
// own, so that numbers and tenses agree.
var synonyms = pairs(`
film movie
actor performer
actors performers
story tale
begin start
begins starts
ending finale
big large
little small
quick fast
quickly fast
almost nearly
also too
although though
often frequently
maybe perhaps
really truly
very extremely
purchase buy
purchased bought
picture photo
photos pictures
child kid
children kids
people folks
meal dish
restaurant diner
shop store
staff crew
clothes clothing
car automobile
house home
job work
talk speak
talks speaks
watch view
watched viewed
wait stay
think believe
thinks believes
seem appear
seems appears
helped assisted
near close
whole entire
main chief
rarely seldom
everybody everyone
nobody none
writer author
director filmmaker
song tune
audience viewers
dialogue conversation
evening night
autumn fall
cab taxi
phone telephone
sofa couch
`)

// pairs returns a map in which each word of a line leads to the other. A word
// that stands in several lines leads to the first.
func pairs(lines string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		if len(words) != 2 {
			continue
		}
		for i, w := range words {
			if _, ok := m[w]; !ok {
				m[w] = words[1-i]
			}
		}
	}
	return m
}
