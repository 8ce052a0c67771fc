package bias_test

import (
	"strings"
	"testing"
)

// TestPossessives: words of the other gender, which English spells alike where
// they differ in the grammar.
func TestPossessives(t *testing.T) {
	l := gender(t)
	for line := range strings.Lines(possessives) {
		text, want, ok := strings.Cut(strings.TrimSpace(line), " | ")
		if !ok {
			continue
		}
		if got, _ := l.Mirror(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

const possessives = `
his over-the-top performance | her over-the-top performance
his very best work | her very best work
his only good film | her only good film
his so-called friends | her so-called friends
I saw her yesterday | I saw him yesterday
made her stay | made him stay
Mrs Smith and Mr Jones | Mr Smith and Ms Jones
Mrs. Smith left. | Mr. Smith left.
his own company | her own company
The fault was his. | The fault was hers.
The fault is his, not mine. | The fault is hers, not mine.
A friend of his from college called. | A friend of hers from college called.
His was the best speech. | Hers was the best speech.
The mistake was his too. | The mistake was hers too.
his too short career | her too short career
his will to live | her will to live
his then girlfriend | her then boyfriend
his now famous speech | her now famous speech
his really quite good debut | her really quite good debut
his "best" film | her "best" film
his 2nd film | her 2nd film
his two sons | her two daughters
his early work | her early work
his family | her family
his being late | her being late
because of his very strange voice | because of her very strange voice
his even worse sequel | her even worse sequel
his almost childlike joy | her almost childlike joy
his in-laws | her in-laws
her over-the-top performance | his over-the-top performance
her very best work | his very best work
her only good film | his only good film
her highly praised novel | his highly praised novel
her long hair | his long hair
her last film | his last film
I met her last night. | I met him last night.
We met her again. | We met him again.
They love her dearly. | They love him dearly.
They told her quietly that it was over. | They told him quietly that it was over.
They gave her a book. | They gave him a book.
They gave her two stars. | They gave him two stars.
They told her about it. | They told him about it.
Let her go. | Let him go.
He helped her move out. | She helped him move out.
I watched her leave. | I watched him leave.
I heard her sing. | I heard him sing.
I saw her dancing. | I saw him dancing.
It made her happy. | It made him happy.
It made her famous in Europe. | It made him famous in Europe.
She made her famous cake. | He made his famous cake.
She made her debut in May. | He made his debut in May.
She made her way home. | He made his way home.
I found her attractive. | I found him attractive.
I find her charming and funny. | I find him charming and funny.
I found her keys. | I found his keys.
Leave her alone. | Leave him alone.
It left her speechless. | It left him speechless.
Call her. | Call him.
I love her! | I love him!
I love her acting. | I love his acting.
I saw her film. | I saw his film.
I saw her work in Paris. | I saw his work in Paris.
We sat beside her and waited. | We sat beside him and waited.
He took her home. | She took him home.
Her home is far. | His home is far.
They treat her like a queen. | They treat him like a king.
She told her mother. | He told his father.
I miss her so much. | I miss him so much.
I told her only once. | I told him only once.
Nobody asked her why. | Nobody asked him why.
Thank her for it. | Thank him for it.
made her look silly | made him look silly
it made her very sad | it made him very sad
her very sad eyes | his very sad eyes
I saw her once more | I saw him once more
her once great voice | his once great voice
her not so subtle hints | his not so subtle hints
`
