package tokenizer

import (
	"slices"
	"strings"
)

// A tokenizerClass is a class of transformers, which makes a tokenizer in its own way of a vocabulary, be it that of a
// tokenizer.json or of the files that there were before.
// transformers 5.24.0 builds a tokenizer of most classes from the vocabulary and its
// settings, whatever else stands in tokenizer.json; this is what it builds.
type tokenizerClass struct {
	names   []string     // as tokenizer_class has them, without Fast
	kinds   []string     // model types that are of this class unless their files say otherwise
	named   specialNames // special tokens where the files name none
	reads   vocabKind
	prepare func(b *builder) // makes the vocabulary of a SentencePiece model the family's; nil: it is
	build   func(b *builder) // says what stands around the vocabulary; nil where that is no matter of parts

	wideMask bool // the mask takes the white space before it along
}

// specialNames are the special tokens of a class: begin, end, unknown, separator, pad, class and mask.
// The order is that of [configFile.named] and of the constants from beginName on.
type specialNames [7]string

// fairseqNames are those of the models that were made with fairseq.
var fairseqNames = specialNames{"<s>", "</s>", "<unk>", "</s>", "<pad>", "<s>", "<mask>"}

// vocabKind is the kind of vocabulary that a class is made of.
// The comments name the files of older checkpoints; a tokenizer.json has one of the
// same kinds inside.
type vocabKind uint8

const (
	wordPieces     vocabKind = iota // vocab.txt
	bytePairs                       // vocab.json and merges.txt
	scoredPieces                    // a SentencePiece model, whose pieces become those of a unigram model
	mergedPieces                    // a SentencePiece model, whose pieces become those of one of merges
	codedWords                      // bpe.codes and vocab.txt
	numberedPieces                  // a SentencePiece model, whose pieces have their numbers from a vocab.json
	twoModels                       // source.spm, target.spm and vocab.json
)

// classes returns the classes that there are.
// The first that fits is taken. A model type stands with the class that transformers
// maps it to (TOKENIZER_MAPPING_NAMES), so that files that name no class have theirs.
func classes() []tokenizerClass {
	return []tokenizerClass{
		{
			names: []string{"BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "SqueezeBertTokenizer",
				"LayoutLMTokenizer", "LxmertTokenizer", "DPRReaderTokenizer", "DPRContextEncoderTokenizer",
				"DPRQuestionEncoderTokenizer", "ConvBertTokenizer"},
			kinds: []string{"bert", "distilbert", "electra", "convbert", "ernie", "squeezebert", "mobilebert", "layoutlm", "lxmert",
				"megatron-bert", "nezha", "nomic_bert", "retribert", "visual_bert"},
			named: specialNames{2: "[UNK]", 3: "[SEP]", 4: "[PAD]", 5: "[CLS]", 6: "[MASK]"}, reads: wordPieces, build: bertClass,
		},
		{
			names: []string{"MPNetTokenizer"}, kinds: []string{"mpnet"}, wideMask: true,
			named: specialNames{"<s>", "</s>", "[UNK]", "</s>", "<pad>", "<s>", "<mask>"}, reads: wordPieces, build: mpnetClass,
		},
		{
			names: []string{"GPT2Tokenizer"},
			kinds: []string{"gpt2", "gpt_neo", "gptj", "opt", "phi", "codegen", "starcoder2", "dbrx", "jais2"},
			named: specialNames{"<|endoftext|>", "<|endoftext|>", "<|endoftext|>"}, reads: bytePairs, build: gpt2Class,
		},
		{
			names: []string{"GPTNeoXTokenizer"},
			kinds: []string{"gpt_neox", "olmo", "olmoe", "mpt", "rwkv", "mamba", "mamba2", "falcon_mamba", "xlstm"},
			named: specialNames{"<|endoftext|>", "<|endoftext|>", "<|endoftext|>", 4: "<|padding|>"}, reads: bytePairs, build: neoxClass,
		},
		{
			names: []string{"Qwen2Tokenizer"},
			kinds: []string{"qwen2", "qwen2_moe", "qwen2_vl", "qwen2_5_vl", "qwen3", "qwen3_moe", "qwen3_next", "qwen3_vl"},
			named: specialNames{1: "<|endoftext|>", 2: "<|endoftext|>", 4: "<|endoftext|>"}, reads: bytePairs, build: qwen2Class,
		},
		{
			names: []string{"RobertaTokenizer", "BartTokenizer", "LongformerTokenizer", "LEDTokenizer"},
			kinds: []string{"roberta", "bart", "longformer", "led", "roberta-prelayernorm", "data2vec-text", "ibert", "lilt", "bridgetower"},
			named: fairseqNames, reads: bytePairs, build: robertaClass,
		},
		{
			names: []string{"DebertaTokenizer"}, kinds: []string{"deberta"},
			named: specialNames{"[CLS]", "[SEP]", "[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"}, reads: bytePairs, build: firstDebertaClass,
		},
		{
			names: []string{"XLMRobertaTokenizer"}, kinds: []string{"xlm-roberta", "xmod", "gte", "jina_embeddings_v3"},
			named: fairseqNames, reads: scoredPieces, prepare: fairseqPieces, build: xlmRobertaClass,
		},
		{
			names: []string{"CamembertTokenizer"}, kinds: []string{"camembert"}, wideMask: true,
			named: fairseqNames, reads: scoredPieces, prepare: camembertPieces, build: camembertClass,
		},
		{
			names: []string{"MBartTokenizer"}, kinds: []string{"mbart"}, wideMask: true,
			named: fairseqNames, reads: scoredPieces, prepare: mbartPieces, build: mbartClass,
		},
		{
			names: []string{"MBart50Tokenizer"}, kinds: []string{"mbart50"}, wideMask: true,
			named: specialNames{1: "</s>", 2: "<unk>", 3: "</s>", 4: "<pad>", 5: "<s>", 6: "<mask>"}, reads: scoredPieces,
			prepare: mbart50Pieces, build: mbart50Class,
		},
		{
			names: []string{"NllbTokenizer"}, kinds: []string{"nllb", "nllb-moe"}, wideMask: true,
			named: fairseqNames, reads: mergedPieces, prepare: nllbPieces, build: nllbClass,
		},
		{
			names: []string{"AlbertTokenizer"}, kinds: []string{"albert", "yoso"},
			named: specialNames{"[CLS]", "[SEP]", "<unk>", "[SEP]", "<pad>", "[CLS]", "[MASK]"}, reads: scoredPieces, build: albertClass,
		},
		{
			names: []string{"T5Tokenizer"}, kinds: []string{"t5", "mt5", "switch_transformers"},
			named: specialNames{1: "</s>", 2: "<unk>", 4: "<pad>"}, reads: scoredPieces, prepare: t5Pieces, build: t5Class,
		},
		{
			names: []string{"PegasusTokenizer"}, kinds: []string{"pegasus"},
			named: specialNames{1: "</s>", 2: "<unk>", 4: "<pad>", 6: "<mask_2>"}, reads: scoredPieces, prepare: pegasusPieces, build: pegasusClass,
		},
		{
			names: []string{"XLNetTokenizer"}, kinds: []string{"xlnet"}, wideMask: true,
			named: specialNames{"<s>", "</s>", "<unk>", "<sep>", "<pad>", "<cls>", "<mask>"}, reads: scoredPieces, build: xlnetClass,
		},
		{
			names: []string{"DebertaV2Tokenizer"}, kinds: []string{"deberta-v2"},
			named: specialNames{"[CLS]", "[SEP]", "[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"}, reads: scoredPieces, build: debertaClass,
		},
		{
			names: []string{"LlamaTokenizer"}, kinds: []string{"idefics", "idefics2"},
			named: specialNames{"<s>", "</s>", "<unk>"}, reads: mergedPieces, build: llamaClass,
		},
		{
			names: []string{"GemmaTokenizer"},
			kinds: []string{"gemma", "gemma2", "gemma3", "gemma3_text", "gemma3n", "gemma3n_text", "recurrent_gemma", "t5gemma"},
			named: specialNames{"<bos>", "<eos>", "<unk>", 4: "<pad>", 6: "<mask>"}, reads: mergedPieces, build: gemmaClass,
		},
		{names: []string{"BertweetTokenizer", "PhobertTokenizer"}, kinds: []string{"bertweet", "phobert"}, named: fairseqNames, reads: codedWords},
		{
			names: []string{"M2M100Tokenizer"}, kinds: []string{"m2m_100"},
			named: specialNames{"<s>", "</s>", "<unk>", "</s>", "<pad>"}, reads: numberedPieces,
		},
		{names: []string{"MarianTokenizer"}, kinds: []string{"marian"}, named: specialNames{1: "</s>", 2: "<unk>", 4: "<pad>"}, reads: twoModels},
	}
}

// genericKinds are model types that have no class of their own. What class their files name, often another family's,
// does not count.
var genericKinds = []string{
	"mistral", "mistral3", "mixtral", "ministral", "ministral3", "pixtral", "voxtral", "phi3", "phi3_v", "phimoe", "modernbert",
	"modernbert-decoder", "stablelm", "granite", "granitemoe", "granitemoehybrid", "glm", "glm4", "glm4_moe", "olmo2", "olmo3",
	"flex_olmo", "gpt_bigcode", "umt5", "xlm-roberta-xl", "nystromformer", "bigbird_pegasus", "pegasus_x", "persimmon", "arctic",
	"ernie4_5", "ernie4_5_moe", "internlm2", "internlm3", "jamba", "minicpm3", "minimax_m2", "nemotron", "smolvlm", "fuyu",
	"kimi_k25", "kimi_linear", "mimo_v2_flash", "hyperclovax", "molmo", "molmo2",
}

// classOf returns the class that transformers takes for a model type and a tokenizer_class, nil for the generic one,
// which has all that it is in its file.
func classOf(kind, named string, byteLevel bool) *tokenizerClass {
	named = strings.TrimSuffix(named, "Fast")
	switch {
	case kind == "qwen2": // whose files often name another family's
	case slices.Contains(genericKinds, kind), named == "LlamaTokenizer" && byteLevel:
		return nil
	case named != "":
		return findClass(func(c *tokenizerClass) bool { return slices.Contains(c.names, named) })
	}
	return findClass(func(c *tokenizerClass) bool { return slices.Contains(c.kinds, kind) })
}

// genericNames are what the generic class is called.
var genericNames = []string{"PreTrainedTokenizer", "TokenizersBackend", "PythonBackend"}

// unknownClass tells whether the files name a class, or a model type without naming one, that nothing is known of here:
// then only a tokenizer.json tells what their tokenizer is.
// Guessing would give other ids without a word, so that such files are refused.
func unknownClass(kind, named string) bool {
	named = strings.TrimSuffix(named, "Fast")
	switch {
	case slices.Contains(genericKinds, kind), slices.Contains(genericNames, named):
		return false
	case named != "":
		return classOf("", named, false) == nil
	}
	// files of Llama without a class may be of either kind, and tell by themselves
	return kind != "" && kind != "llama" && classOf(kind, "", false) == nil
}

// findClass returns the first class that fits, nil for none.
func findClass(is func(*tokenizerClass) bool) *tokenizerClass {
	list := classes()
	for i := range list {
		if is(&list[i]) {
			return &list[i]
		}
	}
	return nil
}
