package tokenizer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Classes of SentencePiece's vocabularies.

// front puts pieces in place of the first so many.
// The ids of pieces are their places, so that putting some in front moves all others.
func (b *builder) front(drop int, names ...string) {
	var list []scoredName
	for _, name := range names {
		list = append(list, scoredName{name: name})
	}
	b.pieces = append(list, b.pieces[min(drop, len(b.pieces)):]...)
}

// back puts pieces behind all others.
func (b *builder) back(names ...string) {
	for _, name := range names {
		b.pieces = append(b.pieces, scoredName{name: name})
	}
}

// fairseqPieces is the order of fairseq, whose dictionaries begin with tokens of their own.
// The model's own <unk>, <s> and </s> are dropped for fairseq's <s>, <pad>, </s> and
// <unk>, which moves the pieces by one; the mask comes last.
func fairseqPieces(b *builder) { b.fairseqOrder(beginName) }

// fairseqOrder is that order with a special token in front and, before the mask, languages.
func (b *builder) fairseqOrder(first int, languages ...string) {
	b.front(3, b.name(first), b.name(padName), b.name(endName), b.name(unknownName))
	b.back(languages...)
	b.back(b.name(maskName))
}

// xlmRobertaClass is XLM-R's: <s> A </s></s> B </s>, and no segments.
func xlmRobertaClass(b *builder) {
	b.unigram(3)
	b.normalizer(b.precompiled())
	b.words(scheme(or(b.set.PrefixSpace, true), "never"))
	b.around(betweenBeginAndEnd(b))
}

// words cuts at white space and marks each word.
func (b *builder) words(scheme string) { b.marks(scheme, splitOnSpace) }

// marks cuts at spaces, which the marks of words stand for, behind other splitters.
func (b *builder) marks(scheme string, before ...string) {
	part := metaspacePart(scheme, true)
	b.splitter(append(before, part)...)
	b.decoder(part)
}

// unigram sets the id of the unknown token.
func (b *builder) unigram(unknown int) {
	b.model.UnkID = &unknown
}

// unknownAt returns the id of the token that stands for what is unknown, if it is in the vocabulary with a score of 0.
// A piece of another score is one that was trained, and only called so.
func (b *builder) unknownAt(byDefault int) int {
	id, ok := b.model.vocab.find(b.name(unknownName))
	if ok && int(id) < len(b.model.scores) && b.model.scores[id] == 0 {
		return int(id)
	}
	return byDefault
}

// betweenBeginAndEnd is fairseq's format of one text and of a pair.
func betweenBeginAndEnd(b *builder) (single, pair []string) {
	begin, end := b.name(beginName), b.name(endName)
	return []string{begin, "$A", end}, []string{begin, "$A", end, end, "$B", end}
}

// camembertPieces begins with fairseq's tokens, three of them under names that no text
// spells, since the model's own <s> and </s> are the ones in use.
func camembertPieces(b *builder) {
	b.front(1, "<s>NOTUSED", b.name(padName), "</s>NOTUSED", b.name(unknownName), "<unk>NOTUSED")
	// never the best way to write anything
	b.pieces[4].score = -100
	b.back(b.name(maskName))
}

// camembertClass is XLM-R's format over its own pieces.
func camembertClass(b *builder) {
	id, _ := b.model.vocab.find(b.name(unknownName)) // 0 for none
	b.unigram(int(id))
	b.normalizer(b.precompiled())
	b.words(scheme(or(b.set.PrefixSpace, true), "never"))
	b.around(betweenBeginAndEnd(b))
	if b.spm == nil {
		b.extra = []string{"<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"}
	}
}

// mbartPieces is fairseq's order with the 25 languages behind it.
func mbartPieces(b *builder) { b.fairseqOrder(beginName, mbartLanguages[:25]...) }

// The language that a text is in stands behind it: A </s> en_XX.
func mbartClass(b *builder) {
	b.unigram(3)
	b.words("always")
	b.extra = append(slices.Clone(mbartLanguages[:25]), b.extra...)
	end, language := b.name(endName), b.language("en_XX")
	b.around([]string{"$A", end, language}, []string{"$A", "$B", end, language})
}

// language returns the language of what is read.
func (b *builder) language(byDefault string) string {
	if b.set.Language != "" {
		return b.set.Language
	}
	return byDefault
}

// mbart50Pieces is mBART's order with all 52 languages.
func mbart50Pieces(b *builder) { b.fairseqOrder(className, mbartLanguages...) }

// Its languages stand before the text: en_XX A </s>.
func mbart50Class(b *builder) {
	b.unigram(3)
	b.normalizer(b.precompiled(), joinSpaces)
	b.marks("always")
	b.always = mbartLanguages
	end, language := b.name(endName), b.language("en_XX")
	b.around([]string{language, "$A", end}, []string{language, "$A", "$B", end})
}

// nllbPieces is fairseq's order for a model that may have its tokens already.
func nllbPieces(b *builder) {
	first := []string{b.name(beginName), b.name(padName), b.name(endName), b.name(unknownName)}
	rest := slices.DeleteFunc(slices.Clone(b.pieces), func(p scoredName) bool { return slices.Contains(first, p.name) })
	b.pieces = nil
	b.back(first...)
	b.pieces = append(b.pieces, rest...)
}

// The language stands before the text, or behind it in the first versions of
// transformers (legacy_behaviour).
func nllbClass(b *builder) {
	unknown := b.name(unknownName)
	b.model.UnkToken, b.model.FuseUnk = &unknown, true
	if b.charsmap != "" {
		b.normalizer(b.precompiled(), joinSpaces)
	}
	b.marks("always")
	end, language := b.name(endName), b.language("eng_Latn")
	if or(b.set.LegacyBehaviour, false) {
		b.around([]string{"$A", end, language}, []string{"$A", "$B", end, language})
		return
	}
	b.around([]string{language, "$A", end}, []string{language, "$A", "$B", end})
}

// albertClass keeps the file's format where there is one.
func albertClass(b *builder) {
	b.unigram(1)
	b.normalizer(b.accents(or(b.set.KeepAccents, false), or(b.set.LowerCase, true))...)
	b.words(scheme(or(b.set.PrefixSpace, true), "never"))
	b.aroundIfNone(clsAndSep(b.name(className), b.name(separatorName)))
}

// accents is the cleaning of ALBERT and XLNet.
func (b *builder) accents(keep, lower bool) []string {
	return []string{quotesOfTeX, when(!keep, withoutAccents), when(lower, lowered), b.precompiled()}
}

// The sentinels of T5 (Raffel et al. 2020, section 3.1.4) are numbered downwards: the
// first of them, <extra_id_0>, has the largest id.
func t5Pieces(b *builder) {
	for i := b.extraIDs() - 1; i >= 0; i-- {
		b.back(fmt.Sprintf("<extra_id_%d>", i))
	}
}

// extraIDs returns how many of the tokens that stand for what T5 is to write there are.
func (b *builder) extraIDs() int {
	const most = 1 << 12
	if b.set.ExtraIDs == nil {
		return 100
	}
	return min(max(0, *b.set.ExtraIDs), most)
}

// t5Class is A </s>, and A </s> B </s>, with the sentinels as special tokens.
func t5Class(b *builder) {
	b.unigram(2)
	b.normalizer(b.precompiled())
	b.words("always")
	for i := range b.extraIDs() {
		b.extra = append(b.extra, fmt.Sprintf("<extra_id_%d>", i))
	}
	end := b.name(endName)
	b.around([]string{"$A", end}, []string{"$A", end, "$B", end})
}

// Pegasus (Zhang et al. 2020) begins with <pad>, </s>, the masks of words and of
// sentences, and some hundred tokens that were kept free.
// Where the files name no masks, transformers' converter (PegasusConverter) calls that of
// words <mask_1> and that of sentences <mask_2>, the other way round than its class.
func pegasusPieces(b *builder) {
	mask, sentence := "<mask_1>", "<mask_2>"
	if b.set.named()[maskName] != nil {
		mask = b.name(maskName)
	}
	if b.set.MaskSentence != nil {
		sentence = *b.set.MaskSentence
	}
	first := []string{b.name(padName), b.name(endName), mask}
	if sentence != mask && sentence != "" {
		first = append(first, sentence)
	}
	reserved := b.reserved()
	b.front(2, append(first, reserved...)...)
	for i := range reserved {
		b.pieces[len(first)+i].score = -100
	}
}

// reserved returns the tokens that Pegasus keeps free.
func (b *builder) reserved() []string {
	const most = 1 << 12
	offset := 103
	if b.set.Offset != nil {
		offset = min(*b.set.Offset, most)
	}
	var list []string
	for i := 2; i < offset; i++ {
		list = append(list, fmt.Sprintf("<unk_%d>", i))
	}
	return list
}

// pegasusClass is A </s>, with the tokens that were kept free as special ones.
func pegasusClass(b *builder) {
	b.unigram(b.unknownAt(0))
	if b.charsmap != "" {
		b.normalizer(b.precompiled(), joinSpaces)
	} else {
		b.normalizer(`{"type":"Replace","pattern":{"Regex":"\\n"},"content":" "}`, joinSpaces)
	}
	b.marks("always")
	b.extra = append([]string{"<mask_1>"}, b.reserved()...)
	if b.set.MaskSentence != nil {
		b.extra[0] = *b.set.MaskSentence
	}
	end := b.name(endName)
	b.around([]string{"$A", end}, []string{"$A", "$B", end})
}

// XLNet's format is behind the text: A <sep> <cls>, with a segment of its own for <cls>.
func xlnetClass(b *builder) {
	if b.model.UnkID == nil {
		b.unigram(0)
	}
	b.normalizer(b.accents(false, or(b.set.LowerCase, false))...)
	b.words("always")
	if b.spm == nil {
		b.extra = []string{"<eop>", "<eod>"}
	}
	// segments: 0 and 1 for the texts, 2 for <cls>
	separator, class := b.name(separatorName)+":", b.name(className)+":2"
	b.around([]string{"$A:0", separator + "0", class}, []string{"$A:0", separator + "0", "$B:1", separator + "1", class})
}

// debertaClass is that from the second version on, with a model of SentencePiece.
func debertaClass(b *builder) {
	byDefault := 1
	if b.model.UnkID != nil {
		byDefault = *b.model.UnkID
	}
	b.unigram(b.unknownAt(byDefault))
	b.normalizer(when(or(b.set.LowerCase, false), lowered),
		`{"type":"Replace","pattern":{"Regex":"\\s{2,}|[\\n\\r\\t]"},"content":" "}`, composed, stripRight)
	b.marks(scheme(or(b.set.PrefixSpace, true), "first"),
		when(or(b.set.SplitPunctuation, false), `{"type":"Punctuation","behavior":"Isolated"}`))
	b.around(clsAndSep(b.name(className), b.name(separatorName)))
}

// A space stands before the text. In the first versions of transformers one stands
// before each stretch between special tokens as well, which is what legacy keeps.
func llamaClass(b *builder) {
	b.model.FuseUnk, b.model.ByteFallback = true, true
	space := or(b.set.PrefixSpace, true)
	s := "never"
	if space {
		s = scheme(or(b.set.Legacy, false), "first")
	}
	b.splitter(metaspacePart(s, false))
	b.decoder(marksToSpaces, fallback, fuse, when(space, stripFirst))
}

// There is no space before the text, and spaces are written as marks before it is cut.
func gemmaClass(b *builder) {
	unknown := b.name(unknownName)
	b.model.UnkToken, b.model.FuseUnk, b.model.ByteFallback = &unknown, true, true
	b.normalizer(spacesToMarks)
	b.splitter(`{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}`)
	b.decoder(marksToSpaces, fallback, fuse)
}

// pieceClass makes of a SentencePiece model what it says itself, for model types without a class.
// It follows SentencePiece's own normalizer: white space is tidied before spaces become
// marks, and a mark in front is added last.
func pieceClass(b *builder) {
	s := b.spm
	b.model.ByteFallback = s.byteFallback
	legacy, isolate := or(b.set.Legacy, true), ""
	if users := b.userPieces(); len(users) > 0 {
		isolate = fmt.Sprintf(`{"type":"Split","pattern":{"Regex":%s},"behavior":"Isolated","invert":false}`, quoted(alternatives(users)))
		b.model.IgnoreMerges = s.merges
	}
	b.normalizer(b.precompiled(),
		when(s.rules.tidy, `{"type":"Replace","pattern":{"Regex":"\\A +| +\\z"},"content":""},`+joinSpaces),
		when(!s.rules.plain, spacesToMarks),
		// what begins with a space has two marks then, its own and the one in front
		when(s.rules.front && legacy, `{"type":"Replace","pattern":{"Regex":"\\A▁"},"content":"▁▁"}`))
	b.splitter(when(s.rules.front, metaspacePart(scheme(legacy, "first"), false)), isolate)
	b.decoder(marksToSpaces, when(s.byteFallback, fallback), when(s.byteFallback || s.rules.front, fuse), when(s.rules.front, stripFirst))
}

// userPieces returns the pieces that are found in text as they are, as the vocabulary calls them.
func (b *builder) userPieces() []string {
	var list []string
	for i, p := range b.spm.pieces {
		if p.kind == userPiece {
			list = append(list, b.pieces[i].name)
		}
	}
	return list
}

// alternatives returns a pattern of names, of which the longest counts.
// A regular expression takes the first alternative that matches, so that longer names
// come first.
func alternatives(list []string) string {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b string) int { return len([]rune(b)) - len([]rune(a)) })
	for i := range list {
		list[i] = regexp.QuoteMeta(list[i])
	}
	return strings.Join(list, "|")
}

// mbartLanguages are the tokens of mBART-50's languages, of which the first 25 are mBART's.
var mbartLanguages = strings.Fields("ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR lt_LT " +
	"lv_LV my_MM ne_NP nl_XX ro_RO ru_RU si_LK tr_TR vi_VN zh_CN af_ZA az_AZ bn_IN fa_IR he_IL hr_HR id_ID ka_GE km_KH mk_MK ml_IN " +
	"mn_MN mr_IN pl_PL ps_AF pt_XX sv_SE sw_KE ta_IN te_IN th_TH tl_XX uk_UA ur_PK xh_ZA gl_ES sl_SI")
