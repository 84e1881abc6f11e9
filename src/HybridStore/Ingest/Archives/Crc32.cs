namespace HybridStore.Ingest.Archives;

/// <summary>The checksum of zip archives: CRC-32 of ISO 3309.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Shift((uint)value))];

    /// <summary>The checksum of what was summed so far and more bytes; 0 before the first.</summary>
    internal static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        checksum = ~checksum;
        foreach (var value in bytes) checksum = Table[(byte)(checksum ^ value)] ^ (checksum >> 8);
        return ~checksum;
    }

    private static uint Shift(uint value)
    {
        const uint reversedPolynomial = 0xEDB88320;
        for (var bit = 0; bit < 8; bit++) value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ reversedPolynomial;
        return value;
    }
}
