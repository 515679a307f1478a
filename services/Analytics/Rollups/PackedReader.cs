using System.Text;

namespace SmartQueue.Analytics.Rollups;

/// <summary>Reads what <see cref="BinaryWriter"/> packed, without a stream: a year's figures are some million small numbers.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> packed)
{
    private ReadOnlySpan<byte> rest = packed;

    /// <summary>A number written by <see cref="BinaryWriter.Write7BitEncodedInt64"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes end within it, or it is longer than any number.</exception>
    public long Number()
    {
        var value = 0L;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (long)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] >= 0x80)
                continue;
            rest = rest[(i + 1)..];
            return value;
        }

        throw new InvalidDataException("A rollup breaks off within a number.");
    }

    /// <summary>A text written by <see cref="BinaryWriter.Write(string)"/>.</summary>
    public string Text()
    {
        var length = (int)Number();
        var text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return text;
    }
}
