using HybridStore.Native.Posix;
using Microsoft.Win32.SafeHandles;

namespace HybridStore.Native.Csv.Inputs;

/// <summary>A file, or a range of its bytes.</summary>
public sealed class FileInput : ICsvInput
{
    private readonly SafeFileHandle _file;
    private readonly long _end;
    private long _position;

    /// <summary>Opens a file.</summary>
    /// <param name="path">An existing file.</param>
    /// <param name="start">Offset of the first byte to read.</param>
    /// <param name="end">Offset behind the last byte to read; null for the file's end, which may still move.</param>
    /// <exception cref="IOException">The file cannot be opened, or is no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public FileInput(string path, long start = 0, long? end = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        _file = RegularFile.Open(path);
        _position = start;
        _end = end ?? long.MaxValue;
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        var wanted = (int)Math.Min(destination.Length, Math.Max(0, _end - _position));
        if (wanted == 0) return 0;
        var read = RandomAccess.Read(_file, destination[..wanted], _position);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
