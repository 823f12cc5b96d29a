using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Harness.Records;

namespace Harness.Host.Channel;

/// <summary>Messages over two byte streams (a serial port, a pipe). One reader and one writer at a time.</summary>
public sealed class MessageChannel(Stream input, Stream output)
{
    private byte[] buffer = new byte[64 << 10];
    private int start;
    private int end;
    private int scanned;

    /// <summary>Sends a request or a record.</summary>
    public ValueTask SendAsync<T>(string kind, T value, CancellationToken cancel) =>
        WriteAsync(new Message(kind, RecordJson.Write(value)), cancel);

    /// <summary>Sends one of the channel's own messages.</summary>
    public ValueTask SendAsync<T>(string kind, T value, JsonTypeInfo<T> type, CancellationToken cancel) =>
        WriteAsync(new Message(kind, JsonSerializer.Serialize(value, type)), cancel);

    /// <summary>The next message, or null at the end of the stream.</summary>
    /// <exception cref="RunFailedException">A line is no message (<see cref="FailureKind.Protocol"/>). The next call reads the one after
    /// it.</exception>
    public async ValueTask<Message?> ReceiveAsync(CancellationToken cancel)
    {
        while (true)
        {
            int newline = buffer.AsSpan(scanned, end - scanned).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                int first = start;
                int length = scanned + newline - first;
                start = scanned = first + length + 1;
                return Frame.Decode(buffer.AsSpan(first, length));
            }
            if (end - start > Frame.MaxLine)
            {
                start = scanned = end;
                throw Frame.Garbled($"a line is longer than the limit of {Frame.MaxLine} bytes");
            }
            scanned = end;
            MakeRoom();
            int read = await input.ReadAsync(buffer.AsMemory(end), cancel).ConfigureAwait(false);
            if (read == 0) return null;
            end += read;
        }
    }

    /// <summary>A payload of one of the channel's own messages.</summary>
    /// <exception cref="RunFailedException">The payload is not of that type (<see cref="FailureKind.Protocol"/>).</exception>
    public static T Payload<T>(Message message, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(message.Json, type) ?? throw Frame.Garbled($"a {message.Kind} that is null");
        }
        catch (JsonException e)
        {
            throw Frame.Garbled($"a {message.Kind} that is not valid: {e.Message}");
        }
    }

    /// <summary>A request or record from a message.</summary>
    /// <exception cref="RunFailedException">The payload is not of that type (<see cref="FailureKind.Protocol"/>).</exception>
    public static T Payload<T>(Message message)
    {
        try
        {
            return RecordJson.Read<T>(message.Json, message.Kind);
        }
        catch (UsageException e)
        {
            throw Frame.Garbled(e.Message);
        }
    }

    private async ValueTask WriteAsync(Message message, CancellationToken cancel)
    {
        await output.WriteAsync(Frame.Encode(message), cancel).ConfigureAwait(false);
        await output.FlushAsync(cancel).ConfigureAwait(false);
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            scanned -= start;
            start = 0;
        }
        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
    }
}
