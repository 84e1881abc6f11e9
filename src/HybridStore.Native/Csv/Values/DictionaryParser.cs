using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column of text with a few known values, stored as their numbers.</summary>
internal sealed unsafe class DictionaryParser : ColumnParser
{
    private const int MembersMax = 255;
    private const int Unknown = -1;

    private readonly Dictionary<string, byte> _codes = [];
    private readonly Dictionary<string, byte>.AlternateLookup<ReadOnlySpan<char>> _codesByText;
    private readonly Dictionary<UInt128, byte> _shortCodes = [];
    private readonly short[] _byteCodes = new short[256];
    private readonly bool _canReadShort;

    internal DictionaryParser(ColumnContext context)
        : base(context)
    {
        var members = context.Spec.Members;
        if (members.Count > MembersMax) throw new ArgumentException($"Column '{context.Spec.Name}' has {members.Count} known values, more than {MembersMax}.");
        var nullTexts = context.Spec.NullTexts ?? context.Dialect.NullTexts;
        Array.Fill(_byteCodes, (short)Unknown);
        for (var code = 0; code < members.Count; code++)
        {
            _codes[members[code]] = (byte)code;
            // Texts with quotes are spelled with more of them, and spellings of no value are none: the careful path knows both.
            var isPlain = !nullTexts.Contains(members[code]) && !members[code].Contains((char)context.QuoteOrDelimiter);
            if (!isPlain || ShortText.Header(members[code]) is not { } header) continue;
            _shortCodes[Unsafe.BitCast<Vector128<byte>, UInt128>(header)] = (byte)code;
            if (members[code].Length == 1 && members[code][0] < 128) _byteCodes[members[code][0]] = (short)code;
        }

        _codesByText = _codes.GetAlternateLookup<ReadOnlySpan<char>>();
        _canReadShort = context.Simd != CsvSimd.Scalar && !context.Dialect.HasOwnEscape;
    }

    internal override int Parse(in RecordRun run, BadRows bad) => _canReadShort ? ParseShort(run, bad) : ParseOneByOne(run, 0, bad);

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row)
    {
        var reason = text.IsEmpty && Context.Spec.IsRequired ? CsvRejectReason.Missing : TextParser.Check(text);
        if (reason != CsvRejectReason.None) return reason;
        Span<char> characters = text.Length <= 256 ? stackalloc char[256] : new char[text.Length];
        var length = Encoding.UTF8.GetChars(text, characters);
        return _codesByText.TryGetValue(characters[..length], out Values[row]) ? CsvRejectReason.None : CsvRejectReason.UnknownMember;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParseShort(in RecordRun run, BadRows bad)
    {
        var walk = new FieldWalk(run, Column, Mask, Context.QuoteOrDelimiter);
        var values = Values;
        var byteCodes = _byteCodes;
        var lastHeader = Vector128<byte>.Zero;
        byte lastCode = 0;
        while (walk.MoveNext())
        {
            walk.Read(out var start, out var length);
            if (length == 1 && byteCodes[*start] is >= 0 and var code)
            {
                values[walk.Row] = (byte)code;
                continue;
            }

            if (walk.Length == 0)
            {
                values[walk.Row] = 0;
                walk.NoteMissing(true);
                continue;
            }

            if (length is > 0 and <= ShortText.BytesMax && ShortText.TryRead(start, length, out var header)
                && (header == lastHeader || _shortCodes.TryGetValue(Unsafe.BitCast<Vector128<byte>, UInt128>(header), out lastCode)))
            {
                lastHeader = header;
                values[walk.Row] = lastCode;
                continue;
            }

            // A look-up that failed has cleared the last code.
            lastHeader = Vector128<byte>.Zero;
            if (!TryParse(walk.Field, walk.Row, bad)) break;
        }

        return walk.Finish();
    }
}
