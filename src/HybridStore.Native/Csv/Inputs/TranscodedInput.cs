using System.Buffers;
using System.Text;

namespace HybridStore.Native.Csv.Inputs;

/// <summary>The UTF-8 bytes of a source in another encoding.</summary>
/// <remarks>Nothing is replaced: what is no character of the encoding ends the read.</remarks>
public sealed class TranscodedInput : ICsvInput
{
    private const int BufferBytes = 1 << 15;

    private readonly ICsvInput _source;
    private readonly CsvEncoding _encoding;
    private readonly Decoder _decoder;
    private readonly Encoder _encoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetEncoder();
    private readonly byte[] _bytes = new byte[BufferBytes];
    private readonly char[] _characters = new char[BufferBytes];
    private readonly byte[] _text = new byte[BufferBytes * 3];
    private int _start;
    private int _end;
    private bool _isEnded;

    /// <summary>Reads a source in another encoding.</summary>
    /// <param name="source">Disposed with this.</param>
    /// <param name="encoding">How its characters are turned into bytes.</param>
    public TranscodedInput(ICsvInput source, CsvEncoding encoding)
    {
        _source = source;
        _encoding = encoding;
        _decoder = (encoding switch
        {
            CsvEncoding.Utf16LittleEndian => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
            CsvEncoding.Utf16BigEndian => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
            CsvEncoding.Utf8 => new UTF8Encoding(true, throwOnInvalidBytes: true),
            _ => SingleByte(encoding),
        }).GetDecoder();
    }

    /// <summary>The bytes that are no character of Windows-1252.</summary>
    public static SearchValues<byte> NoWindows1252 { get; } = SearchValues.Create([0x81, 0x8D, 0x8F, 0x90, 0x9D]);

    /// <summary>An encoding of one byte a character.</summary>
    /// <param name="encoding">Latin-1 or Windows-1252.</param>
    public static Encoding SingleByte(CsvEncoding encoding) => encoding == CsvEncoding.Latin1 ? Encoding.Latin1 : CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        while (_start == _end && !_isEnded) Fill();
        var count = Math.Min(_end - _start, destination.Length);
        _text.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private void Fill()
    {
        var read = _source.Read(_bytes);
        _isEnded = read == 0;
        // Latin-1 gives these bytes to control characters: a text that has them was written in another encoding.
        if (_encoding == CsvEncoding.Latin1 && _bytes.AsSpan(0, read).IndexOfAnyInRange((byte)0x80, (byte)0x9F) >= 0)
        {
            throw new InvalidDataException("The text holds bytes that are neither UTF-8 nor Latin-1.");
        }

        if (_encoding == CsvEncoding.Windows1252 && _bytes.AsSpan(0, read).ContainsAny(NoWindows1252)) throw new InvalidDataException("The text holds bytes that are neither UTF-8 nor Windows-1252.");

        try
        {
            var characterCount = _decoder.GetChars(_bytes, 0, read, _characters, 0, flush: _isEnded);
            _start = 0;
            _end = _encoder.GetBytes(_characters, 0, characterCount, _text, 0, flush: _isEnded);
        }
        catch (ArgumentException exception) when (exception is DecoderFallbackException or EncoderFallbackException)
        {
            throw new InvalidDataException($"The text is not valid {_encoding}.", exception);
        }
    }
}
